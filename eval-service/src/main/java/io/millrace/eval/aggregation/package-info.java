/**
 * What all instances' scores add up to, per series, kind and event-time window, and who is in
 * force.
 *
 * <p>In: score sums, announcements of checkpoints, decisions made by hand. Out: evaluations,
 * promotions, and the champion's files at their fixed place. The edge to Kafka Streams: what is
 * decided and computed lies in {@code judging}, {@code promotion}, {@code drift} and {@code
 * metrics}. Must not import ONNX Runtime.
 */
package io.millrace.eval.aggregation;

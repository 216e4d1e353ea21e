/**
 * The sums of all instances, per series, kind and event-time window, and the decisions about the
 * champion: a Kafka Streams topology.
 *
 * <p>In: score sums, announcements of checkpoints, decisions made by hand. Out: evaluations and
 * decisions. Computation lies in {@code promotion}, {@code drift} and {@code metrics}. Start with
 * {@link io.millrace.eval.aggregation.Aggregation}. Must not import an engine, {@code scoring} or
 * {@code dashboard}.
 */
package io.millrace.eval.aggregation;

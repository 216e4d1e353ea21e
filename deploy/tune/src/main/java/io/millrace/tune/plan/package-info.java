/**
 * Which batch sizes and learning rates are tried, on how many samples, and which one is
 * recommended.
 *
 * <p>In: what trials came to. Out: rungs of successive halving, and a recommendation. Pure: must
 * not import Kafka, DJL or ONNX Runtime.
 */
package io.millrace.tune.plan;

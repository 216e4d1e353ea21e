/**
 * Scores as sums that can be merged, and the metrics computed from them.
 *
 * <p>In: a model's raw outputs with labels and weights, row by row. Out: {@code Sums}, which
 * instances add up, and from them named metrics, each with its error where it is not exact, beside
 * two baselines that need no model. Pure: must not import Kafka or an engine.
 */
package io.millrace.eval.metrics;

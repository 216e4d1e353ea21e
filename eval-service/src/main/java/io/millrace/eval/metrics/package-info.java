/**
 * Scores as sums that can be merged, and the metrics computed from them.
 *
 * <p>In: raw outputs of a model with labels and weights, row by row. Out: {@code Sums}, which
 * instances add up, and named metrics, each with its error where it is not exact, next to two
 * baselines that need no model. Start with {@link io.millrace.eval.metrics.Tally}. Pure: must not
 * import Kafka or an engine.
 */
package io.millrace.eval.metrics;

/**
 * The scoring loop: eval batches and models to score sums.
 *
 * <p>In: eval batches, checkpoints and decisions. Out: score sums, passed to {@code commit}. Start
 * with {@link io.millrace.eval.scoring.Scoring}. Must not import an engine, {@code aggregation},
 * {@code champion} or {@code dashboard}.
 */
package io.millrace.eval.scoring;

/**
 * The scoring loop: eval batches and models to score sums.
 *
 * <p>In: eval batches, checkpoints and decisions. Out: score sums, handed to {@code commit}. Start
 * with {@link io.millrace.eval.scoring.Scoring}, then {@link io.millrace.eval.scoring.ScoringLoop}.
 * Must not import ONNX Runtime, aggregation, the page or the trainer.
 */
package io.millrace.eval.scoring;

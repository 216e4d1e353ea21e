/**
 * Samples and checkpoints to sums of scores.
 *
 * <p>In: the samples' topic (group {@code <pipeline>-scoring}), checkpoints and decisions. Out:
 * {@code ScoreSums}, in one transaction with the offsets they were made from. {@link
 * io.millrace.eval.scoring.Scoring} is where to start reading. Must not import aggregation, the
 * page or the trainer.
 */
package io.millrace.eval.scoring;

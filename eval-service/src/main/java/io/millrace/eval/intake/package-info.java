/**
 * From the samples' topic to eval batches, and the state of each partition.
 *
 * <p>In: records of the samples' topic, polled in group {@code <pipeline>-scoring}. Out: {@link
 * io.millrace.eval.intake.EvalBatch}es in the order of each partition; offsets, ledger, recent ids
 * and holdout ring. Start with {@link io.millrace.eval.intake.Poller}. Must not import an engine,
 * {@code commit} or {@code scoring}.
 */
package io.millrace.eval.intake;

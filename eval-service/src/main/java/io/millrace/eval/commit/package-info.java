/**
 * Score sums and consumed offsets in one transaction, and the audit of what was committed.
 *
 * <p>In: score sums, offsets, and the samples that counted for each checkpoint. Out: transactions,
 * and a count of scores that the train log contradicts. Start with {@link
 * io.millrace.eval.commit.Committer}. Must not import an engine or {@code scoring}.
 */
package io.millrace.eval.commit;

/**
 * Score sums and consumed offsets in one transaction, and the audit of what was committed.
 *
 * <p>In: score sums, offsets, and the samples that counted for each checkpoint. Out: transactions;
 * scores that the train log contradicts, counted. Must not import ONNX Runtime or {@code scoring}.
 */
package io.millrace.eval.commit;

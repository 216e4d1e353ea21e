/**
 * Which checkpoints are scored.
 *
 * <p>In: announcements of checkpoints and decisions, in the order of their topics. Out: the {@link
 * io.millrace.eval.lineup.Lineup}: the newest checkpoint for each sample, the champion, challengers
 * and pinned checkpoints. Must not import ONNX Runtime, {@code intake}, {@code commit} or {@code
 * scoring}.
 */
package io.millrace.eval.lineup;

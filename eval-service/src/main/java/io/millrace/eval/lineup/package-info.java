/**
 * Which checkpoints are scored.
 *
 * <p>In: announcements of checkpoints and decisions, in the order of their topics. Out: the newest
 * checkpoint for each sample, the champion, challengers and pinned checkpoints. Start with {@link
 * io.millrace.eval.lineup.Lineup}. Must not import an engine, {@code intake}, {@code commit} or
 * {@code scoring}.
 */
package io.millrace.eval.lineup;

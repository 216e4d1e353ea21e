/**
 * The dead letters: records that could not become samples, written, listed and sent back.
 *
 * <p>In: rejected records with their reason. Out: records on the dead letters' topic; records sent
 * back to the samples' topic. Start with {@link io.millrace.trainer.deadletters.DeadLetterBox}.
 * Must not import an engine or {@code training}.
 */
package io.millrace.trainer.deadletters;

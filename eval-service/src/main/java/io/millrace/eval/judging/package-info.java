/**
 * The judge: which checkpoints get a trial, and what is decided about them.
 *
 * <p>In: announcements, paired sums and decisions made by hand, in order. Out: decisions with their
 * figures. What a trial comes to lies in {@code promotion}. Pure: must not import Kafka or an
 * engine.
 */
package io.millrace.eval.judging;

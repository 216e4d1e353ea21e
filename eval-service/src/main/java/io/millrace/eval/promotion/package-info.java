/**
 * Which checkpoint is in force: slots, trials, rollback and the test that they rest on.
 *
 * <p>In: announcements, sums of paired loss differences and decisions made by hand, in one order.
 * Out: decisions with their figures. Start with {@link io.millrace.eval.promotion.Judge}. Pure:
 * must not import Kafka or an engine.
 */
package io.millrace.eval.promotion;

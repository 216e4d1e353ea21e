/**
 * Whether a challenger is better than the champion, decided so that looking after every batch costs
 * nothing.
 *
 * <p>In: sums of paired loss differences, in one order. Out: a verdict with its figures. Pure: must
 * not import Kafka or an engine.
 */
package io.millrace.eval.promotion;

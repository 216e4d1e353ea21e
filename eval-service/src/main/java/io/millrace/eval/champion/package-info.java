/**
 * The record of decisions, and the place in the store where serving systems find the champion.
 *
 * <p>In: the promotions topic; decisions made by hand. Out: {@code champion/} in the checkpoint
 * store, and records on the promotions topic. Must not import an engine, scoring or aggregation.
 */
package io.millrace.eval.champion;

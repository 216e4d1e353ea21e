/**
 * The log of decisions, and the place in the store where serving systems find the champion.
 *
 * <p>In: the promotions topic, and decisions made by hand. Out: {@code champion/} in the checkpoint
 * store, and records on the promotions topic. Start with {@link
 * io.millrace.eval.champion.ChampionKeeper}. Must not import an engine, {@code scoring} or {@code
 * aggregation}.
 */
package io.millrace.eval.champion;

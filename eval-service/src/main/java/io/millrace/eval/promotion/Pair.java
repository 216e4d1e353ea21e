package io.millrace.eval.promotion;

/**
 * Two models on the same samples.
 *
 * @param championId empty: the prior baseline, which the first champion must beat
 */
public record Pair(String championId, String challengerId) {}

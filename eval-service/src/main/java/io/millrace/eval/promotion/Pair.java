package io.millrace.eval.promotion;

/**
 * Two models that are compared on the same samples.
 *
 * @param championId empty for the prior baseline, which the first champion must beat
 */
public record Pair(String championId, String challengerId) {}

package io.millrace.eval.metrics;

import io.millrace.schemas.proto.PairedSums;

/**
 * Sums of the challenger's loss minus the champion's on the same samples, clipped and unweighted.
 * Allocates nothing per sample. Confined to one thread.
 */
public final class PairTally {
  private final String championId;
  private final String challengerId;
  private final double clip;
  private long count;
  private long clipped;
  private double difference;
  private double squared;

  /**
   * @param championId empty for the prior baseline
   * @param clip {@code promotion.clip}
   */
  public PairTally(String championId, String challengerId, double clip) {
    this.championId = championId;
    this.challengerId = challengerId;
    this.clip = clip;
  }

  /**
   * Adds a sample. A loss that is not finite is worse than any other; two such losses are equal.
   */
  public void add(double championLoss, double challengerLoss) {
    double raw = worstIfNotFinite(challengerLoss) - worstIfNotFinite(championLoss);
    double kept = Math.min(Math.max(raw, -clip), clip);
    count++;
    clipped += kept == raw ? 0 : 1;
    difference += kept;
    squared += kept * kept;
  }

  private static double worstIfNotFinite(double loss) {
    return Double.isFinite(loss) ? loss : Double.MAX_VALUE;
  }

  public boolean isEmpty() {
    return count == 0;
  }

  public PairedSums toProto() {
    return PairedSums.newBuilder()
        .setChampionId(championId)
        .setChallengerId(challengerId)
        .setCount(count)
        .setDifference(difference)
        .setDifferenceSquared(squared)
        .setClipped(clipped)
        .build();
  }

  public void clear() {
    count = 0;
    clipped = 0;
    difference = 0;
    squared = 0;
  }
}

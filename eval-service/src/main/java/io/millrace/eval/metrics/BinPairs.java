package io.millrace.eval.metrics;

import io.millrace.schemas.proto.Histogram;

/** Iterates over two sparse histograms, from the highest bin to the lowest. */
final class BinPairs {
  private final Histogram positives;
  private final Histogram negatives;
  private int positiveAt;
  private int negativeAt;
  private double positive;
  private double negative;

  BinPairs(Histogram positives, Histogram negatives) {
    this.positives = positives;
    this.negatives = negatives;
    this.positiveAt = positives.getBinsCount() - 1;
    this.negativeAt = negatives.getBinsCount() - 1;
  }

  /** Advances to the next bin that is not empty; false at the end. */
  boolean next() {
    if (positiveAt < 0 && negativeAt < 0) {
      return false;
    }
    int positiveBin = positiveAt < 0 ? Integer.MIN_VALUE : positives.getBins(positiveAt);
    int negativeBin = negativeAt < 0 ? Integer.MIN_VALUE : negatives.getBins(negativeAt);
    positive = positiveBin >= negativeBin ? positives.getWeights(positiveAt--) : 0;
    negative = negativeBin >= positiveBin ? negatives.getWeights(negativeAt--) : 0;
    return true;
  }

  double positive() {
    return positive;
  }

  double negative() {
    return negative;
  }
}

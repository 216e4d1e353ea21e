package io.millrace.eval.metrics;

import io.millrace.schemas.proto.Histogram;

/** ROC AUC and PR AUC, from the weights of positives and negatives per bin of the score. */
final class Ranking {
  /*
   * Within a bin the order is unknown. ROC AUC: a pair of a positive and a negative in one bin counts a half, so that the exact
   * value is off by at most half the share of such pairs, S / 2PN. PR AUC is the average precision. With P positives and N
   * negatives in the bins above, and p and n in this one, the precision at the x-th positive of this bin is at least
   * (P + x) / (P + x + N + n), when all negatives come first, and at most (P + p) / (P + p + N). Summed, the first from below by its
   * integral, they enclose the exact value; the estimate is their middle. O(bins).
   */
  private Ranking() {}

  /**
   * ROC AUC: the probability that a positive scores above a negative, ties counting one half; NaN
   * unless there are both.
   */
  static Estimate rocAuc(Histogram positives, Histogram negatives) {
    BinPairs pairs = new BinPairs(positives, negatives);
    double above = 0;
    double below = 0;
    double sure = 0;
    double same = 0;
    while (pairs.next()) {
      sure += pairs.negative() * above;
      same += pairs.negative() * pairs.positive();
      above += pairs.positive();
      below += pairs.negative();
    }
    double all = above * below;
    return Estimate.between(sure / all, (sure + same) / all);
  }

  /** PR AUC: the average precision; NaN without positives. */
  static Estimate prAuc(Histogram positives, Histogram negatives) {
    BinPairs pairs = new BinPairs(positives, negatives);
    double above = 0;
    double below = 0;
    double low = 0;
    double high = 0;
    while (pairs.next()) {
      double p = pairs.positive();
      double n = pairs.negative();
      if (p > 0) {
        double before = below + n;
        low += before == 0 ? p : p - before * Math.log1p(p / (above + before));
        high += p * ((above + p) / (above + p + below));
      }
      above += p;
      below += n;
    }
    return Estimate.between(low / above, high / above);
  }
}

package io.millrace.eval.metrics;

import io.millrace.schemas.proto.Histogram;

/**
 * Bins of staleness in samples: one per number below 8, then 8 per octave (12.5 % wide at most).
 */
final class Staleness {
  private static final int PER_OCTAVE = 8;
  private static final int HIGHEST = bin(Long.MAX_VALUE);

  private Staleness() {}

  static int bin(long samples) {
    if (samples < PER_OCTAVE) {
      return (int) Math.max(samples, 0);
    }
    int shift = 60 - Long.numberOfLeadingZeros(samples);
    return shift * PER_OCTAVE + (int) (samples >>> shift);
  }

  /** The lower edge of a bin. */
  static double lowerEdge(int bin) {
    if (bin < 2 * PER_OCTAVE) {
      return bin;
    }
    int shift = bin / PER_OCTAVE - 1;
    return Math.scalb((double) (bin - shift * PER_OCTAVE), shift);
  }

  static Bins bins() {
    return new Bins(0, HIGHEST);
  }

  /** A quantile, as the lower edge of its bin; NaN without samples. */
  static double quantile(Histogram staleness, double share) {
    double all = 0;
    for (double weight : staleness.getWeightsList()) {
      all += weight;
    }
    double sum = 0;
    for (int i = 0; i < staleness.getBinsCount(); i++) {
      sum += staleness.getWeights(i);
      if (sum >= share * all) {
        return lowerEdge(staleness.getBins(i));
      }
    }
    return Double.NaN;
  }
}

package io.millrace.demo;

import java.util.Arrays;

/** Median, 99th percentile, maximum and count of measured values. */
public record Percentiles(double p50, double p99, double max, long count) {
  /** Percentiles of whole values; NaN if there are none. */
  static Percentiles of(long[] values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return n == 0
        ? new Percentiles(Double.NaN, Double.NaN, Double.NaN, 0)
        : new Percentiles(at(sorted, 0.5), at(sorted, 0.99), sorted[n - 1], n);
  }

  /** The smallest value such that at least this share of the values does not exceed it. */
  private static long at(long[] sorted, double share) {
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }
}

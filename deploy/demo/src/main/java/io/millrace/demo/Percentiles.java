package io.millrace.demo;

import java.util.Arrays;

/** Median, 99th percentile and maximum of what was measured. */
public record Percentiles(double p50, double p99, double max, long count) {
  /** Of whole values; NaN where there are none. */
  static Percentiles of(long[] values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return n == 0
        ? new Percentiles(Double.NaN, Double.NaN, Double.NaN, 0)
        : new Percentiles(at(sorted, 0.5), at(sorted, 0.99), sorted[n - 1], n);
  }

  /** The smallest value that at least this share does not exceed. */
  private static long at(long[] sorted, double share) {
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }
}

package io.millrace.schemas.tuning;

import java.util.Arrays;

/** Collects durations and computes their quantiles. Confined to one thread. */
public final class Durations {
  private long[] nanos = new long[64];
  private int count;
  private long totalNanos;

  public void add(long durationNanos) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = durationNanos;
    totalNanos += durationNanos;
  }

  public int count() {
    return count;
  }

  public long totalNanos() {
    return totalNanos;
  }

  /**
   * A quantile in nanoseconds.
   *
   * @param share 0.5: the median
   * @throws IllegalStateException if there are no durations
   */
  public long quantileNanos(double share) {
    if (count == 0) {
      throw new IllegalStateException("no durations");
    }
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return sorted[Math.min(count - 1, (int) (share * count))];
  }
}

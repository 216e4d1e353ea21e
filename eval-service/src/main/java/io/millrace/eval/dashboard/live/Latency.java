package io.millrace.eval.dashboard.live;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Quantiles of a latency in milliseconds: of all measurements, and of the last ten minutes. Not
 * thread-safe.
 */
final class Latency {
  private static final int MINUTES = 10;
  private static final long HIGHEST_MS = 7L * 24 * 3600 * 1000;

  private final Histogram all = histogram();
  private final Histogram[] minutes = new Histogram[MINUTES];
  private final long[] minuteOf = new long[MINUTES];
  private final long sinceMs;

  Latency(long sinceMs) {
    this.sinceMs = sinceMs;
    for (int i = 0; i < MINUTES; i++) {
      minutes[i] = histogram();
    }
  }

  private static Histogram histogram() {
    return new Histogram(1, HIGHEST_MS, 3);
  }

  /** Adds a measurement. The clocks of two machines may differ: a negative time counts as 0. */
  void record(long ms, long count, long nowMs) {
    long value = Math.min(Math.max(ms, 0), HIGHEST_MS);
    all.recordValueWithCount(value, count);
    long minute = nowMs / 60_000;
    int slot = (int) (minute % MINUTES);
    if (minuteOf[slot] != minute) {
      minuteOf[slot] = minute;
      minutes[slot].reset();
    }
    minutes[slot].recordValueWithCount(value, count);
  }

  LatencyView view(long nowMs) {
    Histogram recent = histogram();
    for (int i = 0; i < MINUTES; i++) {
      if (nowMs / 60_000 - minuteOf[i] < MINUTES) {
        recent.add(minutes[i]);
      }
    }
    return new LatencyView(sinceMs, Quantiles.of(all), Quantiles.of(recent));
  }

  /** A latency in the API; {@code recent} is the last ten minutes. */
  record LatencyView(long sinceMs, Quantiles all, Quantiles recent) {}

  /** Quantiles; absent if nothing was measured. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Quantiles(long count, @Nullable Long p50, @Nullable Long p99, @Nullable Long max) {
    static Quantiles of(Histogram histogram) {
      if (histogram.getTotalCount() == 0) {
        return new Quantiles(0, null, null, null);
      }
      return new Quantiles(
          histogram.getTotalCount(),
          histogram.getValueAtPercentile(50),
          histogram.getValueAtPercentile(99),
          histogram.getMaxValue());
    }
  }
}

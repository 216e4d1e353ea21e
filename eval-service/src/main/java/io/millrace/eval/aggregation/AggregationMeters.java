package io.millrace.eval.aggregation;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.millrace.schemas.proto.Promotion;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Meters of aggregation in this process. Thread-safe. Sums that are processed again after a crash
 * count again; the evaluations have the exact figures.
 */
public final class AggregationMeters {
  private final MeterRegistry registry;
  private final Counter sums;
  private final Counter samples;
  private final Counter late;
  private final Counter ignored;
  private final Timer verdict;
  private final AtomicLong windows = new AtomicLong();
  private final DriftMeters drift;
  private final AtomicLong watermarkMs = new AtomicLong();

  public AggregationMeters(MeterRegistry registry) {
    this.registry = registry;
    this.drift = new DriftMeters(registry);
    this.sums = registry.counter("millrace.aggregation.sums");
    this.samples = registry.counter("millrace.aggregation.samples");
    this.late = registry.counter("millrace.aggregation.late");
    this.ignored = registry.counter("millrace.aggregation.ignored");
    this.verdict =
        Timer.builder("millrace.aggregation.verdict")
            .description("From a checkpoint's announcement to its first evaluation")
            .publishPercentiles(0.5, 0.99)
            .register(registry);
    Gauge.builder("millrace.aggregation.windows", windows, AtomicLong::get)
        .description("Evaluations in the store: growing, or final and kept for late samples")
        .register(registry);
    Gauge.builder("millrace.aggregation.watermark", watermarkMs, ms -> ms.get() / 1000.0)
        .baseUnit("seconds")
        .description("Event time that every partition has passed, since the epoch")
        .register(registry);
  }

  DriftMeters drift() {
    return drift;
  }

  void onSums() {
    sums.increment();
  }

  void onSamples(long count) {
    samples.increment((double) count);
  }

  void onWindows(int count) {
    windows.set(count);
  }

  void onLate(long count) {
    late.increment((double) count);
  }

  void onIgnored() {
    ignored.increment();
  }

  void onVerdict(long announcedMs, long nowMs) {
    verdict.record(Duration.ofMillis(Math.max(0, nowMs - announcedMs)));
  }

  void onWatermark(long eventTimeMs) {
    watermarkMs.set(Math.max(0, eventTimeMs));
  }

  void onPromotion(Promotion promotion) {
    registry
        .counter(
            "millrace.promotion.decisions",
            "decision",
            promotion.getDecision().name().toLowerCase(Locale.ROOT))
        .increment();
  }
}

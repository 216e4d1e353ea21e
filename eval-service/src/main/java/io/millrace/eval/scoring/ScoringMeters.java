package io.millrace.eval.scoring;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.millrace.schemas.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** Scoring and its commits in this process. Thread-safe. */
final class ScoringMeters {
  private final MeterRegistry registry;
  private final Clock clock;
  private final Counter commits;
  private final Counter lostTransactions;
  private final Counter unloadable;
  private final DistributionSummary fill;
  private final DistributionSummary staleness;
  private final Timer session;
  private final Timer firstEstimate;
  private volatile long newestScoredMs;

  ScoringMeters(MeterRegistry registry, Clock clock) {
    this.registry = registry;
    this.clock = clock;
    this.commits = registry.counter("millrace.scoring.commits");
    this.lostTransactions = registry.counter("millrace.scoring.transactions.lost");
    this.unloadable = registry.counter("millrace.scoring.checkpoints.unloadable");
    this.fill =
        DistributionSummary.builder("millrace.scoring.batch.fill")
            .description("Samples scored at once over per_device_eval_batch_size")
            .register(registry);
    this.staleness =
        DistributionSummary.builder("millrace.scoring.staleness")
            .baseUnit("samples")
            .description("How far the newest sample scored lies beyond its model's lineage")
            .publishPercentiles(0.5, 0.99)
            .register(registry);
    this.session =
        Timer.builder("millrace.scoring.session")
            .description("One model on one eval batch")
            .publishPercentiles(0.5, 0.99)
            .register(registry);
    this.firstEstimate =
        Timer.builder("millrace.scoring.verdict")
            .description("From a checkpoint's announcement to its committed ring score")
            .publishPercentiles(0.5, 0.99)
            .register(registry);
    Gauge.builder("millrace.scoring.newest.age", this, ScoringMeters::newestAgeSeconds)
        .baseUnit("seconds")
        .description("How long ago the newest sample scored was appended to its topic")
        .register(registry);
  }

  void watchSessions(IntSupplier open) {
    gauge("millrace.scoring.sessions", open);
  }

  void watchCeiling(IntSupplier ceiling) {
    gauge("millrace.scoring.eval.batch.ceiling", ceiling);
  }

  private void gauge(String name, IntSupplier value) {
    Gauge.builder(name, value, IntSupplier::getAsInt).strongReference(true).register(registry);
  }

  /**
   * @param newestAppendedMs when the newest sample of a batch was appended, epoch ms
   */
  void onBatch(long newestAppendedMs) {
    newestScoredMs = newestAppendedMs;
  }

  void onStaleness(long samplesStale) {
    staleness.record((double) samplesStale);
  }

  void onSession(int count, int capacity, long nanos) {
    fill.record((double) count / capacity);
    session.record(nanos, TimeUnit.NANOSECONDS);
  }

  void onFirstEstimate(long milliseconds) {
    firstEstimate.record(Math.max(0, milliseconds), TimeUnit.MILLISECONDS);
  }

  void onUnloadable() {
    unloadable.increment();
  }

  void onCommitted() {
    commits.increment();
  }

  void onLostTransaction() {
    lostTransactions.increment();
  }

  private double newestAgeSeconds() {
    return newestScoredMs == 0 ? 0 : (clock.epochMs() - newestScoredMs) / 1000.0;
  }
}

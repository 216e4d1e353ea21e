package io.millrace.eval.intake;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** What scoring did in this process. Thread-safe. */
public final class ScoringMeters {
  private final MeterRegistry registry;
  private final Counter samples;
  private final Map<Exclusion, Counter> excluded = new EnumMap<>(Exclusion.class);
  private final Counter commits;
  private final Counter lostTransactions;
  private final Counter leaked;
  private final Counter unloadable;
  private final Counter unauditedTrimmed;
  private final Counter unauditedOverflow;
  private final Counter auditFailures;
  private final DistributionSummary fill;
  private final DistributionSummary staleness;
  private final Timer session;
  private final Timer verdict;
  private volatile long newestScoredMs;

  public ScoringMeters(MeterRegistry registry) {
    this.registry = registry;
    this.samples = registry.counter("millrace.scoring.samples");
    for (Exclusion reason : Exclusion.values()) {
      excluded.put(reason, registry.counter("millrace.scoring.excluded", "reason", reason.word()));
    }
    this.commits = registry.counter("millrace.scoring.commits");
    this.lostTransactions = registry.counter("millrace.scoring.transactions.lost");
    this.leaked =
        Counter.builder("millrace.scores.leaked")
            .description("Scores that counted though the train log holds their sample; must stay 0")
            .register(registry);
    this.unloadable = registry.counter("millrace.scoring.checkpoints.unloadable");
    this.unauditedTrimmed =
        registry.counter("millrace.scoring.audit.unaudited", "reason", "log_trimmed");
    this.unauditedOverflow =
        registry.counter("millrace.scoring.audit.unaudited", "reason", "too_many_waiting");
    this.auditFailures = registry.counter("millrace.scoring.audit.failures");
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
    this.verdict =
        Timer.builder("millrace.scoring.verdict")
            .description("From a checkpoint's announcement to its committed ring score")
            .publishPercentiles(0.5, 0.99)
            .register(registry);
    Gauge.builder("millrace.scoring.newest.age", this, ScoringMeters::newestAgeSeconds)
        .baseUnit("seconds")
        .description("How long ago the newest sample scored was appended to its topic")
        .register(registry);
  }

  public void watchSessions(IntSupplier open) {
    gauge("millrace.scoring.sessions", open::getAsInt);
  }

  public void watchCeiling(IntSupplier ceiling) {
    gauge("millrace.scoring.eval.batch.ceiling", ceiling::getAsInt);
  }

  public void watchLag(LongSupplier records) {
    gauge("millrace.scoring.lag", records);
  }

  /**
   * @param offset of the train log, up to which it was read
   * @param waiting counted scores that wait for the log, in checkpoints times partitions and
   *     commits
   * @param ageSeconds since the audit last checked
   */
  public void watchAudit(LongSupplier offset, LongSupplier waiting, LongSupplier ageSeconds) {
    gauge("millrace.scoring.audit.offset", offset);
    gauge("millrace.scoring.audit.waiting", waiting);
    Gauge.builder("millrace.scoring.audit.age", ageSeconds, LongSupplier::getAsLong)
        .strongReference(true)
        .baseUnit("seconds")
        .description("Since the audit last read the train log and checked what was waiting")
        .register(registry);
  }

  private void gauge(String name, LongSupplier value) {
    Gauge.builder(name, value, LongSupplier::getAsLong).strongReference(true).register(registry);
  }

  void onConsumed(int count) {
    samples.increment(count);
  }

  public void onExcluded(Exclusion reason) {
    onExcluded(reason, 1);
  }

  public void onExcluded(Exclusion reason, long count) {
    Objects.requireNonNull(excluded.get(reason)).increment((double) count);
  }

  /**
   * @param newestAppendedMs when the newest sample of a batch was appended, epoch ms
   */
  public void onBatch(long newestAppendedMs) {
    newestScoredMs = newestAppendedMs;
  }

  public void onStaleness(long samplesStale) {
    staleness.record((double) samplesStale);
  }

  public void onSession(int count, int capacity, long nanos) {
    fill.record((double) count / capacity);
    session.record(nanos, TimeUnit.NANOSECONDS);
  }

  public void onVerdict(long milliseconds) {
    verdict.record(Math.max(0, milliseconds), TimeUnit.MILLISECONDS);
  }

  public void onUnloadable() {
    unloadable.increment();
  }

  public void onCommitted() {
    commits.increment();
  }

  public void onLostTransaction() {
    lostTransactions.increment();
  }

  public void onLeaked(long scores) {
    leaked.increment((double) scores);
  }

  /** The train log no longer holds what these scores would be checked against. */
  public void onLogTrimmed(long scores) {
    unauditedTrimmed.increment((double) scores);
  }

  /** The audit could not take these scores in. */
  public void onAuditOverflow(long scores) {
    unauditedOverflow.increment((double) scores);
  }

  public void onAuditFailure() {
    auditFailures.increment();
  }

  private double newestAgeSeconds() {
    return newestScoredMs == 0 ? 0 : (System.currentTimeMillis() - newestScoredMs) / 1000.0;
  }
}

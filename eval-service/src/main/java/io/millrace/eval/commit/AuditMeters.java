package io.millrace.eval.commit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.LongSupplier;

/** Results and progress of the audit in this process. Thread-safe. */
public final class AuditMeters {
  private final MeterRegistry registry;
  private final Counter leaked;
  private final Counter unauditedTrimmed;
  private final Counter unauditedOverflow;
  private final Counter failures;

  public AuditMeters(MeterRegistry registry) {
    this.registry = registry;
    this.leaked =
        Counter.builder("millrace.scores.leaked")
            .description("Scores that counted though the train log holds their sample; must stay 0")
            .register(registry);
    this.unauditedTrimmed =
        registry.counter("millrace.scoring.audit.unaudited", "reason", "log_trimmed");
    this.unauditedOverflow =
        registry.counter("millrace.scoring.audit.unaudited", "reason", "too_many_waiting");
    this.failures = registry.counter("millrace.scoring.audit.failures");
  }

  /** Registers gauges of the audit's progress. */
  public void watch(Audit audit) {
    gauge("millrace.scoring.audit.offset", audit::offset).register(registry);
    gauge("millrace.scoring.audit.waiting", audit::waiting).register(registry);
    gauge("millrace.scoring.audit.age", audit::ageSeconds)
        .baseUnit("seconds")
        .description("Since the audit last read the train log and checked what was waiting")
        .register(registry);
  }

  private static Gauge.Builder<LongSupplier> gauge(String name, LongSupplier value) {
    return Gauge.builder(name, value, LongSupplier::getAsLong).strongReference(true);
  }

  void onLeaked(long scores) {
    leaked.increment((double) scores);
  }

  /** The train log no longer holds the batches to check these scores against. */
  void onLogTrimmed(long scores) {
    unauditedTrimmed.increment((double) scores);
  }

  /** These scores were dropped unchecked, because too many were waiting. */
  void onOverflow(long scores) {
    unauditedOverflow.increment((double) scores);
  }

  void onFailure() {
    failures.increment();
  }
}

package io.millrace.eval.intake;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

/** Records that this process consumed and excluded. Thread-safe. */
public final class IntakeMeters {
  private final MeterRegistry registry;
  private final Counter samples;
  private final Map<Exclusion, Counter> excluded = new EnumMap<>(Exclusion.class);

  public IntakeMeters(MeterRegistry registry) {
    this.registry = registry;
    this.samples = registry.counter("millrace.scoring.samples");
    for (Exclusion reason : Exclusion.values()) {
      excluded.put(reason, registry.counter("millrace.scoring.excluded", "reason", reason.word()));
    }
  }

  /**
   * @param records not consumed yet, over this instance's partitions
   */
  public void watchLag(LongSupplier records) {
    Gauge.builder("millrace.scoring.lag", records, LongSupplier::getAsLong)
        .strongReference(true)
        .register(registry);
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
}

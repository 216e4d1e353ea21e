package io.millrace.eval.aggregation;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Meters of drift. Thread-safe. */
final class DriftMeters {
  private final MeterRegistry registry;
  private final Counter changes;
  private final Map<String, Double> indices = new ConcurrentHashMap<>();
  private final Set<String> shown = ConcurrentHashMap.newKeySet();
  private volatile double loss = Double.NaN;
  private volatile double samples;
  private volatile double threshold = Double.POSITIVE_INFINITY;

  DriftMeters(MeterRegistry registry) {
    this.registry = registry;
    this.changes =
        Counter.builder("millrace.drift.changes")
            .description("How often ADWIN detected a change of the champion's loss")
            .register(registry);
    Gauge.builder("millrace.drift.loss", this, meters -> meters.loss)
        .description("The champion's mean loss since its last change")
        .register(registry);
    Gauge.builder("millrace.drift.loss.samples", this, meters -> meters.samples)
        .description("Samples since the champion's loss changed last")
        .register(registry);
    Gauge.builder("millrace.drift.moved", this, DriftMeters::moved)
        .description("Columns whose population stability index is above evaluation.drift.psi")
        .register(registry);
  }

  private double moved() {
    return indices.values().stream().filter(index -> index > threshold).count();
  }

  void onChange() {
    changes.increment();
  }

  void onLoss(double mean, long count) {
    loss = mean;
    samples = count;
  }

  void onIndex(String column, double index, double threshold) {
    this.threshold = threshold;
    indices.put(column, index);
    if (shown.add(column)) {
      Gauge.builder(
              "millrace.drift.psi", indices, values -> values.getOrDefault(column, Double.NaN))
          .tag("column", column)
          .description("Population stability index against the window of the promotion")
          .register(registry);
    }
  }

  /** Resets the figures, for another champion. */
  void clear() {
    indices.clear();
    loss = Double.NaN;
    samples = 0;
  }
}

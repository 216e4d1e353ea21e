package io.millrace.trainer.windowing;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.proto.TrainBatch.CloseReason;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * The meters of windowing in this process. Thread-safe. Samples that are processed again after a
 * crash count again; exact counts come from the topics.
 */
public final class WindowingMeters {
  private final MeterRegistry registry;
  private final Counter samples;
  private final Counter trained;
  private final Counter heldOut;
  private final DistributionSummary fill;
  private final Set<OpenBatch> openBatches = ConcurrentHashMap.newKeySet();

  public WindowingMeters(MeterRegistry registry) {
    this.registry = registry;
    this.samples = registry.counter("millrace.windowing.samples");
    this.trained = registry.counter("millrace.windowing.trained");
    this.heldOut = registry.counter("millrace.windowing.held.out");
    this.fill =
        DistributionSummary.builder("millrace.windowing.batch.fill")
            .description("Samples in a closed batch over per_device_train_batch_size")
            .register(registry);
    Gauge.builder("millrace.windowing.open.batch.age", this, WindowingMeters::oldestAgeSeconds)
        .baseUnit("seconds")
        .description("Waiting time of the oldest sample that is in no batch yet")
        .register(registry);
  }

  /**
   * Registers the lag, computed from the metrics of Kafka's consumers.
   *
   * @param clients supplies the metrics of all clients, for each measurement
   * @param topic the samples' topic
   */
  void watchLag(Supplier<Map<MetricName, ? extends Metric>> clients, String topic) {
    Gauge.builder("millrace.windowing.lag", () -> lag(clients.get(), topic))
        .baseUnit("samples")
        .description("Samples of this instance's partitions that are not fetched yet")
        .register(registry);
  }

  /** The sum over the topic's partitions. A partition that is not fetched yet reports NaN. */
  private static double lag(Map<MetricName, ? extends Metric> clients, String topic) {
    return clients.values().stream()
        .filter(metric -> metric.metricName().name().equals("records-lag"))
        .filter(metric -> topic.equals(metric.metricName().tags().get("topic")))
        .mapToDouble(metric -> ((Number) metric.metricValue()).doubleValue())
        .filter(lag -> !Double.isNaN(lag))
        .sum();
  }

  void onSample() {
    samples.increment();
  }

  void onHeldOut() {
    heldOut.increment();
  }

  void onRejected(DeadLetter.Reason reason) {
    registry
        .counter("millrace.windowing.rejected", "reason", reason.name().toLowerCase(Locale.ROOT))
        .increment();
  }

  void onBatch(CloseReason reason, int size, int fullSize) {
    registry
        .counter("millrace.windowing.batches", "closed", reason.name().toLowerCase(Locale.ROOT))
        .increment();
    trained.increment(size);
    fill.record((double) size / fullSize);
  }

  void watch(OpenBatch batch) {
    openBatches.add(batch);
  }

  void unwatch(OpenBatch batch) {
    openBatches.remove(batch);
  }

  private double oldestAgeSeconds() {
    long nowMs = System.currentTimeMillis();
    return openBatches.stream().mapToLong(batch -> batch.ageMs(nowMs)).max().orElse(0) / 1000.0;
  }
}

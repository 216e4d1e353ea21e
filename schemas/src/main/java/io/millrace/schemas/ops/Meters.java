package io.millrace.schemas.ops;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * The meters of one service: of the JVM from the start, of Kafka clients once they are bound, and
 * the service's own through {@link #registry()}. Thread-safe.
 */
public final class Meters implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ConcurrentLinkedDeque<AutoCloseable> bound = new ConcurrentLinkedDeque<>();

  public Meters() {
    var gc = new JvmGcMetrics();
    bound.add(gc);
    List.<MeterBinder>of(
            gc,
            new ClassLoaderMetrics(),
            new JvmInfoMetrics(),
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new FileDescriptorMetrics(),
            new ProcessorMetrics(),
            new UptimeMetrics())
        .forEach(binder -> binder.bindTo(registry));
  }

  public MeterRegistry registry() {
    return registry;
  }

  public AutoCloseable bindKafka(Consumer<?, ?> consumer) {
    return bindKafka(new KafkaClientMetrics(consumer));
  }

  public AutoCloseable bindKafka(Producer<?, ?> producer) {
    return bindKafka(new KafkaClientMetrics(producer));
  }

  public AutoCloseable bindKafka(AdminClient admin) {
    return bindKafka(new KafkaClientMetrics(admin));
  }

  /**
   * Binds a client's meters, for example {@code new KafkaStreamsMetrics(streams)}. Close the
   * result, or these meters, before the client.
   */
  public <B extends MeterBinder & AutoCloseable> AutoCloseable bindKafka(B binder) {
    binder.bindTo(registry);
    bound.add(binder);
    return () -> {
      if (bound.remove(binder)) {
        binder.close();
      }
    };
  }

  /** All meters in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    for (var binder = bound.pollLast(); binder != null; binder = bound.pollLast()) {
      try {
        binder.close();
      } catch (Exception e) {
        throw new IllegalStateException("meters of " + binder + " could not be unbound", e);
      }
    }
    registry.close();
  }
}

package io.millrace.eval.aggregation;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.topics.TopicNames;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The topology: score sums, announcements and decisions in; evaluations and decisions out. It has
 * one task, because each topic has one partition: decisions follow the order of score sums.
 */
public final class AggregationTopology {
  static final String EVALUATIONS = "evaluations";
  static final String PROMOTIONS = "promotions";

  private AggregationTopology() {}

  /**
   * Builds the topology.
   *
   * @param partitions of the samples' topic
   */
  public static Topology of(PipelineConfig config, int partitions, AggregationMeters meters) {
    return of(config, () -> new AggregationProcessor(config, partitions, meters));
  }

  static Topology of(
      PipelineConfig config, Supplier<Processor<byte[], byte[], byte[], byte[]>> processors) {
    TopicNames topics = new TopicNames(config.pipeline());
    ByteArrayDeserializer from = new ByteArrayDeserializer();
    ByteArraySerializer to = new ByteArraySerializer();
    return new Topology()
        .addSource(
            AutoOffsetReset.earliest(),
            "sources",
            (record, partitionTime) -> Math.max(0, record.timestamp()),
            from,
            from,
            topics.scoreSums(),
            topics.checkpoints(),
            topics.promotions())
        .addProcessor("aggregation", supplier(processors), "sources")
        .addSink(
            EVALUATIONS,
            topics.evaluations(),
            to,
            to,
            (topic, key, value, partitions) -> Optional.of(Set.of(0)),
            "aggregation")
        .addSink(
            PROMOTIONS,
            topics.promotions(),
            to,
            to,
            (topic, key, value, partitions) -> Optional.of(Set.of(0)),
            "aggregation");
  }

  private static ProcessorSupplier<byte[], byte[], byte[], byte[]> supplier(
      Supplier<Processor<byte[], byte[], byte[], byte[]>> processors) {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<byte[], byte[], byte[], byte[]> get() {
        return processors.get();
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(
            Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore(StateStore.NAME),
                    Serdes.String(),
                    Serdes.ByteArray())
                .withCachingEnabled()
                .withLoggingEnabled(Map.of()));
      }
    };
  }
}

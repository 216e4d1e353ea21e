package io.millrace.trainer.windowing;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.trainer.deadletters.DeadLetters;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/** The topology: samples in, train log and dead letters out. */
public final class WindowingTopology {
  private WindowingTopology() {}

  static Topology of(PipelineConfig config, DeadLetters deadLetters, WindowingMeters meters) {
    return of(config, () -> new WindowingProcessor(config, deadLetters, meters));
  }

  static Topology of(
      PipelineConfig config, Supplier<Processor<byte[], byte[], byte[], byte[]>> processors) {
    TopicNames topics = new TopicNames(config.pipeline());
    ByteArraySerializer bytes = new ByteArraySerializer();
    return new Topology()
        .addSource(
            AutoOffsetReset.none(),
            "samples",
            // a record may have no timestamp, which Streams would refuse
            (record, partitionTime) -> Math.max(0, record.timestamp()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer(),
            config.samples().topic())
        .addProcessor("windowing", supplier(processors), "samples")
        .addSink(
            WindowingProcessor.TRAIN_LOG,
            topics.trainLog(),
            bytes,
            bytes,
            (topic, key, value, partitions) -> Optional.of(Set.of(0)),
            "windowing")
        .addSink(WindowingProcessor.DEAD_LETTERS, topics.deadLetters(), bytes, bytes, "windowing");
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
        return Set.of(SlotStore.builder(WindowingProcessor.STORE));
      }
    };
  }
}

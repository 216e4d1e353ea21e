package io.millrace.records;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.kafka.TopicRead;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Reads the samples of a pipeline from its topic, without a consumer group. */
public record RecentSamples(PipelineConfig pipeline) {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * Passes on up to {@code count} samples: the newest of each partition, in the order of offsets.
   *
   * @throws IllegalStateException if Kafka or the topic cannot be read
   */
  public void read(int count, Consumer<ConsumerRecord<byte[], byte[]>> action) {
    readFrom(OptionalLong.empty(), count, action);
  }

  /**
   * As above, but from an offset on in each partition. If it is empty, the newest samples of each
   * partition are read.
   */
  public void readFrom(
      OptionalLong from, int count, Consumer<ConsumerRecord<byte[], byte[]>> action) {
    try (var consumer = CommittedReader.open(pipeline.kafka())) {
      read(consumer, from, count, action);
    } catch (KafkaException e) {
      throw new IllegalStateException(
          "samples of topic '%s' could not be read: %s; check kafka.bootstrap.servers and samples.topic"
              .formatted(pipeline.samples().topic(), e.getMessage()),
          e);
    }
  }

  private void read(
      KafkaConsumer<byte[], byte[]> consumer,
      OptionalLong from,
      int count,
      Consumer<ConsumerRecord<byte[], byte[]>> action) {
    var partitions = TopicRead.partitions(consumer, pipeline.samples().topic());
    if (partitions.isEmpty()) {
      throw new IllegalStateException(
          "topic '%s' does not exist; check samples.topic".formatted(pipeline.samples().topic()));
    }
    consumer.assign(partitions);
    Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
    int each = Math.max(1, count / partitions.size());
    consumer
        .beginningOffsets(partitions)
        .forEach(
            (partition, beginning) -> {
              long end = ends.getOrDefault(partition, 0L);
              long start = Math.min(from.orElse(end - each), end);
              consumer.seek(partition, Math.max(beginning, start));
              if (from.isPresent()) {
                ends.put(partition, Math.min(end, Math.max(beginning, start) + each));
              }
            });
    AtomicInteger left = new AtomicInteger(count);
    if (count > 0) {
      new TopicRead<>(consumer, PATIENCE)
          .readWhile(
              ends,
              sample -> {
                action.accept(sample);
                return left.decrementAndGet() > 0;
              });
    }
  }
}

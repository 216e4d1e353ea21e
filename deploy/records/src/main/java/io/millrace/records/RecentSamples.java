package io.millrace.records;

import io.millrace.schemas.config.PipelineConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads samples of a pipeline off its topic, outside of any consumer group. */
public record RecentSamples(PipelineConfig pipeline) {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * Hands over up to {@code count} samples: of each partition its newest, in the order of offsets.
   *
   * @throws IllegalStateException if Kafka or the topic cannot be read
   */
  public void read(int count, Consumer<ConsumerRecord<byte[], byte[]>> action) {
    readFrom(OptionalLong.empty(), count, action);
  }

  /**
   * The same from an offset on, in each partition; where none is given, of each partition its
   * newest.
   */
  public void readFrom(
      OptionalLong from, int count, Consumer<ConsumerRecord<byte[], byte[]>> action) {
    var properties = new HashMap<String, Object>(pipeline.kafka());
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    try (var consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
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
    var partitions =
        consumer.partitionsFor(pipeline.samples().topic()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new IllegalStateException(
          "there is no topic '%s'; check samples.topic".formatted(pipeline.samples().topic()));
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
    int left = count;
    long progressNanos = System.nanoTime();
    while (left > 0 && isBehind(consumer, ends)) {
      var samples = consumer.poll(POLL);
      progressNanos = samples.isEmpty() ? progressNanos : System.nanoTime();
      if (System.nanoTime() - progressNanos > PATIENCE.toNanos()) {
        throw new IllegalStateException(
            "topic '%s' gave no sample for %d s, though there are more; is the broker still up?"
                .formatted(pipeline.samples().topic(), PATIENCE.toSeconds()));
      }
      for (var sample : samples) {
        if (left > 0 && sample.offset() < end(ends, sample)) {
          action.accept(sample);
          left--;
        }
      }
    }
  }

  private static boolean isBehind(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
  }

  private static long end(Map<TopicPartition, Long> ends, ConsumerRecord<byte[], byte[]> sample) {
    return ends.getOrDefault(new TopicPartition(sample.topic(), sample.partition()), 0L);
  }
}

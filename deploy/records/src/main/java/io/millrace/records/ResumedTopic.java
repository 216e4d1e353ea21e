package io.millrace.records;

import io.millrace.schemas.kafka.AnswerException;
import io.millrace.schemas.kafka.Answers;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.kafka.TopicRead;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * The state of a topic that a {@link RecordSender} continues to fill: how many records it holds,
 * and the last one of each partition to compare. Immutable.
 *
 * @param ends per partition, the number of its records
 * @param last per partition, the value of its last record; no bytes if it is empty
 */
public record ResumedTopic(String name, List<Long> ends, List<byte[]> last) {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /**
   * Records get the time at which the broker appended them, from which live scores are determined.
   */
  private static final Map<String, String> SETTINGS =
      Map.of(
          TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
          "LogAppendTime",
          TopicConfig.RETENTION_MS_CONFIG,
          "-1");

  /**
   * Creates the topic if it does not exist.
   *
   * @throws RecordsException if it cannot be created
   */
  public static void create(Admin admin, String name, int partitions, int replicas) {
    try {
      Answers.await(
          admin
              .createTopics(
                  List.of(new NewTopic(name, partitions, (short) replicas).configs(SETTINGS)))
              .all(),
          "topic " + name + " could not be created");
    } catch (AnswerException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new RecordsException(String.valueOf(e.getMessage()), e);
      }
    }
  }

  /** Reads the current state. No other client may write to the topic. */
  public static ResumedTopic read(Map<String, String> kafka, String name) {
    try (KafkaConsumer<byte[], byte[]> consumer = CommittedReader.open(kafka)) {
      List<TopicPartition> partitions = TopicRead.partitions(consumer, name);
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<Long> inOrder = partitions.stream().map(p -> ends.getOrDefault(p, 0L)).toList();
      return new ResumedTopic(name, inOrder, last(consumer, partitions, ends));
    }
  }

  private static List<byte[]> last(
      KafkaConsumer<byte[], byte[]> consumer,
      List<TopicPartition> partitions,
      Map<TopicPartition, Long> ends) {
    List<TopicPartition> filled =
        partitions.stream().filter(p -> ends.getOrDefault(p, 0L) > 0).toList();
    consumer.assign(filled);
    filled.forEach(p -> consumer.seek(p, ends.getOrDefault(p, 0L) - 1));
    Map<Integer, byte[]> values = new HashMap<>();
    new TopicRead<>(consumer, PATIENCE)
        .readTo(
            filled.stream().collect(Collectors.toMap(p -> p, p -> ends.getOrDefault(p, 0L))),
            record -> values.put(record.partition(), record.value()));
    return partitions.stream().map(p -> values.getOrDefault(p.partition(), new byte[0])).toList();
  }

  int partitions() {
    return ends.size();
  }

  long end(int partition) {
    return ends.get(partition);
  }

  public long size() {
    return ends.stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Checks a record against the one that the topic already holds. Only the last record of each
   * partition is compared.
   *
   * @throws RecordsException if they differ
   */
  void requireSame(int partition, long offset, byte[] record) {
    if (offset == end(partition) - 1 && !Arrays.equals(record, last.get(partition))) {
      throw new RecordsException(
          "%s-%d holds other records at offset %d than the given ones; use the records that the topic was started with, or another topic (for the demo: another --data directory)"
              .formatted(name, partition, offset));
    }
  }
}

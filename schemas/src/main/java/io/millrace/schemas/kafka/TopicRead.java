package io.millrace.schemas.kafka;

import io.millrace.schemas.kafka.AnswerException.Kind;
import io.millrace.schemas.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads partitions from a consumer's position to a given end. Delivers the records before the end,
 * and none beyond it; afterwards the consumer's position is the end. Like its consumer, which the
 * caller owns, it is used by one thread at a time.
 */
public final class TopicRead<V> {
  /*
   * The position decides, not the records: transaction markers and compacted or aborted records have offsets, too. A poll may
   * return records beyond the end; the consumer is then set back to the end, so that the next read finds them.
   */
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Consumer<byte[], V> consumer;
  private final Duration patience;
  private final Clock clock;

  /**
   * @param patience for how long the consumer may stand still before a read fails
   * @param clock the time by which this is decided
   */
  public TopicRead(Consumer<byte[], V> consumer, Duration patience, Clock clock) {
    this.consumer = consumer;
    this.patience = patience;
    this.clock = clock;
  }

  public TopicRead(Consumer<byte[], V> consumer, Duration patience) {
    this(consumer, patience, Clock.SYSTEM);
  }

  public TopicRead(Consumer<byte[], V> consumer) {
    this(consumer, PATIENCE);
  }

  /** All partitions of a topic. */
  public static List<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  /**
   * Assigns partitions, and reads them from their beginnings to their present ends.
   *
   * @throws AnswerException if the consumer makes no progress for too long
   */
  public void readAll(
      Collection<TopicPartition> partitions,
      java.util.function.Consumer<ConsumerRecord<byte[], V>> each) {
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    readToEnd(each);
  }

  /**
   * Reads the assigned partitions to their present ends.
   *
   * @throws AnswerException if the consumer makes no progress for too long
   */
  public void readToEnd(java.util.function.Consumer<ConsumerRecord<byte[], V>> each) {
    readTo(consumer.endOffsets(consumer.assignment()), each);
  }

  /**
   * Reads to these ends.
   *
   * @param ends exclusive, of assigned partitions
   * @throws AnswerException if the consumer makes no progress for too long
   */
  public void readTo(
      Map<TopicPartition, Long> ends, java.util.function.Consumer<ConsumerRecord<byte[], V>> each) {
    readWhile(
        ends,
        record -> {
          each.accept(record);
          return true;
        });
  }

  /**
   * Reads to these ends, or until no more records are wanted. In that case, the consumer's position
   * afterwards is undefined.
   *
   * @param each processes a record; returns false if no more are wanted
   * @return whether the ends were reached
   * @throws AnswerException if the consumer makes no progress for too long
   */
  public boolean readWhile(
      Map<TopicPartition, Long> ends, Predicate<ConsumerRecord<byte[], V>> each) {
    long movedNanos = clock.nanos();
    while (isBehind(ends)) {
      Map<TopicPartition, Long> before = positions(ends);
      ConsumerRecords<byte[], V> records = consumer.poll(POLL);
      for (TopicPartition partition : records.partitions()) {
        long end = ends.getOrDefault(partition, 0L);
        for (ConsumerRecord<byte[], V> record : records.records(partition)) {
          if (record.offset() < end && !each.test(record)) {
            return false;
          }
        }
      }
      if (!positions(ends).equals(before)) {
        movedNanos = clock.nanos();
      } else if (clock.nanos() - movedNanos > patience.toNanos()) {
        throw stuck(ends);
      }
    }
    ends.forEach(
        (partition, end) -> {
          if (consumer.position(partition) > end) {
            consumer.seek(partition, end);
          }
        });
    return true;
  }

  private boolean isBehind(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
  }

  private Map<TopicPartition, Long> positions(Map<TopicPartition, Long> ends) {
    return ends.keySet().stream()
        .collect(Collectors.toMap(partition -> partition, consumer::position));
  }

  private AnswerException stuck(Map<TopicPartition, Long> ends) {
    String where =
        ends.entrySet().stream()
            .filter(end -> consumer.position(end.getKey()) < end.getValue())
            .map(
                end ->
                    "%s is at offset %d of %d"
                        .formatted(end.getKey(), consumer.position(end.getKey()), end.getValue()))
            .sorted()
            .collect(Collectors.joining(", "));
    return new AnswerException(
        Kind.TIMED_OUT,
        "%s: no record for %d s; check that the brokers run"
            .formatted(where, patience.toSeconds()));
  }
}

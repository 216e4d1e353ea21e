package io.millrace.trainer.checkpoint;

import io.millrace.schemas.lineage.SamplePartition;
import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.topics.CommittedReader;
import io.millrace.schemas.topics.DeadLetterRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the records of samples that poisoned a step. Confined to one thread; opens a consumer at
 * the first and keeps it.
 */
public final class OriginalRecords implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Map<String, String> kafka;
  private @Nullable Consumer<byte[], byte[]> consumer;

  public OriginalRecords(Map<String, String> kafka) {
    this.kafka = kafka;
  }

  /** A dead letter with the record's bytes, or one that says that retention took them. */
  DeadLetter toDeadLetter(PoisonedPlace place) {
    DeadLetter.Builder letter =
        DeadLetter.newBuilder()
            .setTopic(place.partition().topic())
            .setTopicId(place.partition().topicId())
            .setPartition(place.partition().partition())
            .setOffset(place.offset())
            .setReason(DeadLetter.Reason.POISON)
            .setDetail(place.reason())
            .setRejectedMs(System.currentTimeMillis());
    fetch(place)
        .ifPresentOrElse(
            record ->
                DeadLetterRecord.copy(
                    record.key(), record.value(), record.headers(), record.timestamp(), letter),
            () -> letter.setBytesLost(true));
    return letter.build();
  }

  private Optional<ConsumerRecord<byte[], byte[]>> fetch(PoisonedPlace place) {
    TopicPartition partition =
        new TopicPartition(place.partition().topic(), place.partition().partition());
    Consumer<byte[], byte[]> reader = consumer();
    reader.assign(List.of(partition));
    long begin = reader.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
    if (place.offset() < begin) {
      return Optional.empty();
    }
    reader.seek(partition, place.offset());
    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadlineNanos) {
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ofMillis(200))) {
        return record.offset() == place.offset() ? Optional.of(record) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private Consumer<byte[], byte[]> consumer() {
    Consumer<byte[], byte[]> open = consumer;
    if (open == null) {
      open =
          CommittedReader.open(
              kafka,
              Map.of(
                  ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                  "earliest",
                  ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                  1));
      consumer = open;
    }
    return open;
  }

  @Override
  public void close() {
    if (consumer != null) {
      consumer.close();
    }
  }

  /**
   * Where the record of a sample is that poisoned a step.
   *
   * @param reason what it did, for a reader of the dead letters
   */
  public record PoisonedPlace(SamplePartition partition, long offset, String reason) {}
}

package io.millrace.trainer.checkpoint;

import io.millrace.schemas.kafka.AnswerException;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.kafka.TopicRead;
import io.millrace.schemas.lineage.SamplePartition;
import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.topics.DeadLetterRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the records of samples that poisoned a step. Confined to one thread; opens a consumer at
 * the first fetch and keeps it open.
 */
public final class OriginalRecords implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OriginalRecords.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Map<String, String> kafka;
  private @Nullable Consumer<byte[], byte[]> consumer;

  public OriginalRecords(Map<String, String> kafka) {
    this.kafka = kafka;
  }

  /** A dead letter with the record's bytes, or one marked as lost if retention has deleted them. */
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
    List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
    try {
      new TopicRead<>(reader, TIMEOUT).readTo(Map.of(partition, place.offset() + 1), found::add);
    } catch (AnswerException e) {
      log.atWarn()
          .setCause(e)
          .addKeyValue("partition", partition)
          .addKeyValue("offset", place.offset())
          .log("the record of a poisoned sample could not be read; its dead letter has no bytes");
    }
    return found.stream().filter(record -> record.offset() == place.offset()).findFirst();
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
   * The place of the record of a sample that poisoned a step.
   *
   * @param reason for readers of the dead letters
   */
  public record PoisonedPlace(SamplePartition partition, long offset, String reason) {}
}

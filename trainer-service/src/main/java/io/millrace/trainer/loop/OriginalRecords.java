package io.millrace.trainer.loop;

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

/** Fetches the record of a sample that poisoned a step. Confined to one thread. */
final class OriginalRecords {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Map<String, String> kafka;

  OriginalRecords(Map<String, String> kafka) {
    this.kafka = kafka;
  }

  /** A dead letter with the record's bytes, or one that says that retention took them. */
  DeadLetter toDeadLetter(SamplePartition place, long offset, String why) {
    DeadLetter.Builder letter =
        DeadLetter.newBuilder()
            .setTopic(place.topic())
            .setTopicId(place.topicId())
            .setPartition(place.partition())
            .setOffset(offset)
            .setReason(DeadLetter.Reason.POISON)
            .setDetail(why)
            .setRejectedMs(System.currentTimeMillis());
    Optional<ConsumerRecord<byte[], byte[]>> found =
        fetch(new TopicPartition(place.topic(), place.partition()), offset);
    found.ifPresentOrElse(
        record ->
            DeadLetterRecord.copy(
                record.key(), record.value(), record.headers(), record.timestamp(), letter),
        () -> letter.setBytesLost(true));
    return letter.build();
  }

  private Optional<ConsumerRecord<byte[], byte[]>> fetch(TopicPartition partition, long offset) {
    Map<String, Object> one =
        Map.of(
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            1);
    try (Consumer<byte[], byte[]> consumer = CommittedReader.open(kafka, one)) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, offset);
      long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
      while (System.nanoTime() < deadlineNanos) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          return record.offset() == offset ? Optional.of(record) : Optional.empty();
        }
      }
      return Optional.empty();
    }
  }
}

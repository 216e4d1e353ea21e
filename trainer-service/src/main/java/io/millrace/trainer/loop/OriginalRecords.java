package io.millrace.trainer.loop;

import com.google.protobuf.ByteString;
import io.millrace.schemas.lineage.SamplePartition;
import io.millrace.schemas.proto.DeadLetter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

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
    found.ifPresentOrElse(record -> copy(record, letter), () -> letter.setBytesLost(true));
    return letter.build();
  }

  private static void copy(ConsumerRecord<byte[], byte[]> record, DeadLetter.Builder letter) {
    letter.setTimestampMs(record.timestamp());
    if (record.key() != null) {
      letter.setKey(ByteString.copyFrom(record.key()));
    }
    if (record.value() != null) {
      letter.setValue(ByteString.copyFrom(record.value()));
    }
    for (Header header : record.headers()) {
      DeadLetter.Header.Builder copy = DeadLetter.Header.newBuilder().setKey(header.key());
      if (header.value() != null) {
        copy.setValue(ByteString.copyFrom(header.value()));
      }
      letter.addHeaders(copy);
    }
  }

  private Optional<ConsumerRecord<byte[], byte[]>> fetch(TopicPartition partition, long offset) {
    Map<String, Object> properties = new HashMap<>(kafka);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    properties.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    var bytes = new ByteArrayDeserializer();
    try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties, bytes, bytes)) {
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

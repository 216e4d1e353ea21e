package io.millrace.trainer.deadletters;

import io.millrace.schemas.features.rows.Rejection;
import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.topics.DeadLetterRecord;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Turns rejected records into dead letters with all that is needed to send them back. A record that
 * does not fit into a message is cut. Thread-safe.
 *
 * @param topicId Kafka's id of the samples' topic
 * @param maxMessageBytes the largest message that the dead letters' topic accepts
 */
public record DeadLetters(String topicId, int maxMessageBytes) {
  /** The dead letter for a rejected record. */
  public Record<byte[], byte[]> toRecord(
      Record<byte[], byte[]> rejected, RecordMetadata place, Rejection why, long nowMs) {
    DeadLetter letter =
        DeadLetterRecord.fit(toDeadLetter(rejected, place, why, nowMs), maxMessageBytes);
    return new Record<>(DeadLetterRecord.key(letter), letter.toByteArray(), nowMs);
  }

  private DeadLetter toDeadLetter(
      Record<byte[], byte[]> rejected, RecordMetadata place, Rejection why, long nowMs) {
    DeadLetter.Builder letter =
        DeadLetter.newBuilder()
            .setTopic(place.topic())
            .setTopicId(topicId)
            .setPartition(place.partition())
            .setOffset(place.offset())
            .setReason(why.reason())
            .setDetail(why.detail())
            .setRejectedMs(nowMs);
    DeadLetterRecord.copy(
        rejected.key(), rejected.value(), rejected.headers(), rejected.timestamp(), letter);
    return letter.build();
  }
}

package io.millrace.trainer.windowing;

import com.google.protobuf.ByteString;
import io.millrace.schemas.features.Rejection;
import io.millrace.schemas.proto.DeadLetter;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Sets records aside with all that is needed to send them back. Thread-safe. */
record DeadLetters(String topicId) {
  /** The record of the dead letters' topic for a record that is no sample. */
  Record<byte[], byte[]> toRecord(
      Record<byte[], byte[]> rejected, RecordMetadata place, Rejection why, long nowMs) {
    String key = place.topic() + "/" + place.partition() + "/" + place.offset();
    byte[] value = toDeadLetter(rejected, place, why, nowMs).toByteArray();
    return new Record<>(key.getBytes(StandardCharsets.UTF_8), value, nowMs);
  }

  private DeadLetter toDeadLetter(
      Record<byte[], byte[]> rejected, RecordMetadata place, Rejection why, long nowMs) {
    DeadLetter.Builder letter =
        DeadLetter.newBuilder()
            .setTopic(place.topic())
            .setTopicId(topicId)
            .setPartition(place.partition())
            .setOffset(place.offset())
            .setTimestampMs(rejected.timestamp())
            .setReason(why.reason())
            .setDetail(why.detail())
            .setRejectedMs(nowMs);
    if (rejected.key() != null) {
      letter.setKey(ByteString.copyFrom(rejected.key()));
    }
    if (rejected.value() != null) {
      letter.setValue(ByteString.copyFrom(rejected.value()));
    }
    for (Header header : rejected.headers()) {
      DeadLetter.Header.Builder copy = DeadLetter.Header.newBuilder().setKey(header.key());
      if (header.value() != null) {
        copy.setValue(ByteString.copyFrom(header.value()));
      }
      letter.addHeaders(copy);
    }
    return letter.build();
  }
}

package io.millrace.schemas.topics;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.millrace.schemas.proto.DeadLetter;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** How a record becomes a record of the dead letters' topic. */
public final class DeadLetterRecord {
  private DeadLetterRecord() {}

  /** A record's place as text: {@code <topic>/<partition>/<offset>}. */
  public static String place(String topic, int partition, long offset) {
    return topic + "/" + partition + "/" + offset;
  }

  /** The key of a letter: the place of the record that it is about. */
  public static byte[] key(DeadLetter letter) {
    return place(letter.getTopic(), letter.getPartition(), letter.getOffset()).getBytes(UTF_8);
  }

  /** Puts into a letter all that is needed to send the record back, its place aside. */
  public static void copy(
      byte @Nullable [] key,
      byte @Nullable [] value,
      Headers headers,
      long timestampMs,
      DeadLetter.Builder letter) {
    letter.setTimestampMs(timestampMs);
    if (key != null) {
      letter.setKey(ByteString.copyFrom(key));
    }
    if (value != null) {
      letter.setValue(ByteString.copyFrom(value));
    }
    for (Header header : headers) {
      DeadLetter.Header.Builder copy = DeadLetter.Header.newBuilder().setKey(header.key());
      if (header.value() != null) {
        copy.setValue(ByteString.copyFrom(header.value()));
      }
      letter.addHeaders(copy);
    }
  }
}

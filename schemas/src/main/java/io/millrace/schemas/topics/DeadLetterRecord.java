package io.millrace.schemas.topics;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.millrace.schemas.proto.DeadLetter;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** How a record becomes a record of the dead letters' topic. */
public final class DeadLetterRecord {
  /** What a message has beside its value: the batch's header, the key, lengths. */
  private static final int ENVELOPE_BYTES = 1024;

  private static final int DETAIL_CHARS = 1000;

  /** No message of the dead letters' topic may be limited to less, in bytes. */
  public static final int LEAST_MESSAGE_BYTES = 16 << 10;

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

  /**
   * The letter, or what of it fits into a message: all but key and headers where these are too
   * large, and only the beginning of the value. Says so in {@code cut_from_bytes} and in the
   * detail.
   *
   * @param maxMessageBytes the topic's {@code max.message.bytes}, at least {@link
   *     #LEAST_MESSAGE_BYTES}
   */
  public static DeadLetter fit(DeadLetter letter, int maxMessageBytes) {
    int room = maxMessageBytes - ENVELOPE_BYTES - 3 * letter.getTopic().length();
    if (letter.getSerializedSize() <= room) {
      return letter;
    }
    DeadLetter.Builder cut = letter.toBuilder().clearValue();
    cut.setCutFromBytes(recordBytes(letter));
    cut.setDetail(cutDetail(letter, maxMessageBytes));
    if (cut.build().getSerializedSize() > room / 2) {
      cut.clearKey().clearHeaders();
    }
    if (letter.hasValue()) {
      int left = room - cut.build().getSerializedSize() - 8;
      cut.setValue(letter.getValue().substring(0, Math.min(left, letter.getValue().size())));
    }
    return cut.build();
  }

  private static String cutDetail(DeadLetter letter, int maxMessageBytes) {
    String detail = letter.getDetail();
    return "%s; cut to fit max.message.bytes (%d) of the dead letters, all %d bytes are at %s while they are kept"
        .formatted(
            detail.substring(0, Math.min(detail.length(), DETAIL_CHARS)),
            maxMessageBytes,
            recordBytes(letter),
            place(letter.getTopic(), letter.getPartition(), letter.getOffset()));
  }

  private static long recordBytes(DeadLetter letter) {
    long bytes = letter.getKey().size() + (long) letter.getValue().size();
    for (DeadLetter.Header header : letter.getHeadersList()) {
      bytes += header.getKey().length() + (long) header.getValue().size();
    }
    return bytes;
  }
}

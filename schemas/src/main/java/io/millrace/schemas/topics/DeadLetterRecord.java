package io.millrace.schemas.topics;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.millrace.schemas.proto.DeadLetter;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Converts a record to a record of the dead letters' topic. */
public final class DeadLetterRecord {
  /** The size of a message in addition to its value: the batch's header, the key, lengths. */
  private static final int ENVELOPE_BYTES = 1024;

  private static final int DETAIL_CHARS = 1000;

  /** The dead letters' topic must accept messages of at least this size, in bytes. */
  public static final int LEAST_MESSAGE_BYTES = 16 << 10;

  private DeadLetterRecord() {}

  /** A record's place as text: {@code <topic>/<partition>/<offset>}. */
  public static String place(String topic, int partition, long offset) {
    return topic + "/" + partition + "/" + offset;
  }

  /** The key of a dead letter: the place of its record. */
  public static byte[] key(DeadLetter letter) {
    return place(letter.getTopic(), letter.getPartition(), letter.getOffset()).getBytes(UTF_8);
  }

  /** Copies everything that is needed to send the record back, except its place, into a letter. */
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
   * Shortens a letter to fit into a message: it keeps everything except a key and headers that are
   * too large, and the end of the value. {@code cut_from_bytes} and the detail then record this.
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
    return "%s; cut to fit max.message.bytes (%d) of the dead letters; all %d bytes are at %s until they are deleted"
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

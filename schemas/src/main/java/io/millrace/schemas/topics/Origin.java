package io.millrace.schemas.topics;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * The place where a sample was first read. A dead letter that is sent back has a new offset, but a
 * header names its first place, so that it stays in or out of the holdout as before.
 */
public record Origin(int partition, long offset) {
  /** {@code <topic>/<partition>/<offset>}, as the key of a dead letter. */
  public static final String HEADER = "millrace-origin";

  /**
   * The place that the headers name, or the given place if they name none in the topic. Never
   * throws.
   *
   * @param topic the samples' topic
   */
  public static Origin of(Headers headers, String topic, int partition, long offset) {
    Header header = headers.lastHeader(HEADER);
    Origin named = header == null ? null : parse(header.value(), topic);
    return named == null ? new Origin(partition, offset) : named;
  }

  /** The header that names the first place. */
  public Header toHeader(String topic) {
    String place = DeadLetterRecord.place(topic, partition, offset);
    return new RecordHeader(HEADER, place.getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable Origin parse(byte @Nullable [] value, String topic) {
    if (value == null) {
      return null;
    }
    String[] parts = new String(value, StandardCharsets.UTF_8).split("/", -1);
    if (parts.length != 3 || !parts[0].equals(topic)) {
      return null;
    }
    try {
      int partition = Integer.parseInt(parts[1]);
      long offset = Long.parseLong(parts[2]);
      return partition < 0 || offset < 0 ? null : new Origin(partition, offset);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}

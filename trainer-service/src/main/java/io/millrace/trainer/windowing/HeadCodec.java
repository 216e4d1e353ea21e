package io.millrace.trainer.windowing;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.proto.OpenBatchHead;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The stored head of an open batch. Writes version 1; reads versions 0 and 1. */
final class HeadCodec {
  private static final int VERSION = 1;

  private HeadCodec() {}

  static OpenBatchHead of(long firstOffset, long openedAtMs, String topicId) {
    return OpenBatchHead.newBuilder()
        .setVersion(VERSION)
        .setFirstOffset(firstOffset)
        .setOpenedAtMs(openedAtMs)
        .setTopicId(topicId)
        .build();
  }

  /**
   * @param place names the partition in messages
   * @throws SourceException if it is of a later version, or damaged
   */
  static OpenBatchHead parse(byte[] bytes, String place) {
    if (isVersion0(bytes)) {
      return parseVersion0(bytes);
    }
    try {
      OpenBatchHead head = OpenBatchHead.parseFrom(bytes);
      if (head.getVersion() == VERSION) {
        return head;
      }
      throw SourceException.otherFormat(place, "format " + head.getVersion(), VERSION);
    } catch (InvalidProtocolBufferException e) {
      throw SourceException.otherFormat(place, bytes.length + " bytes of no known format", VERSION);
    }
  }

  /* Version 0 begins with the highest byte of an offset, which is 0; version 1 with a field's number, which is not. */
  private static boolean isVersion0(byte[] bytes) {
    return bytes.length >= 2 * Long.BYTES && bytes[0] == 0;
  }

  /* Big endian: offset int64 | opened at int64 | topic id. */
  private static OpenBatchHead parseVersion0(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return of(in.getLong(), in.getLong(), StandardCharsets.UTF_8.decode(in).toString());
  }
}

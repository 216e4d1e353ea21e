package io.millrace.eval.commit;

import com.google.protobuf.CodedInputStream;
import io.millrace.schemas.proto.TrainBatch;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The samples in the part of the train log that was read: per partition, the last sample of each
 * batch by the batch's offset in the log. Confined to the audit's thread.
 */
final class TrainedOffsets {
  /** Batches in memory per partition, 16 bytes each; older ones are dropped. */
  static final int REMEMBERED = 1 << 19;

  private final Map<Integer, Batches> byPartition = new HashMap<>();
  private long begin = -1;
  private long next;

  private static final class Batches {
    private long[] places = new long[64];
    private long[] lastSamples = new long[64];
    private int size;
    private long firstSample = -1;

    private void add(long place, long first, long last) {
      if (size == REMEMBERED) {
        int half = REMEMBERED / 2;
        System.arraycopy(places, half, places, 0, half);
        System.arraycopy(lastSamples, half, lastSamples, 0, half);
        firstSample = lastSamples[0];
        size = half;
      } else if (size == places.length) {
        long[] morePlaces = Arrays.copyOf(places, size * 2);
        lastSamples = Arrays.copyOf(lastSamples, size * 2);
        places = morePlaces;
      }
      firstSample = size == 0 ? first : firstSample;
      places[size] = place;
      lastSamples[size] = last;
      size++;
    }

    /** The last sample of the batches before an offset of the log, or -1 if none is in memory. */
    private long lastBefore(long place) {
      int found = Arrays.binarySearch(places, 0, size, place);
      int before = (found < 0 ? -found - 1 : found) - 1;
      return before < 0 ? -1 : lastSamples[before];
    }
  }

  /** The offset of the log up to which it was read, exclusive. */
  long next() {
    return next;
  }

  /** Reading starts here, or continues here after records that were deleted. */
  void beginAt(long place) {
    begin = begin < 0 ? place : begin;
    next = Math.max(next, place);
  }

  /**
   * Reads only the partition and the offsets of a train batch. If it throws, nothing has changed,
   * and the record can be read again.
   *
   * @param batch null for a record without a value
   * @return false if the record is not a train batch
   */
  boolean read(long place, byte @Nullable [] batch) {
    boolean added = batch != null && tryAdd(place, batch);
    next = place + 1;
    return added;
  }

  private boolean tryAdd(long place, byte[] batch) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(batch);
      int partition = 0;
      long first = 0;
      long last = 0;
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (tag >>> 3) {
          case TrainBatch.PARTITION_FIELD_NUMBER -> partition = in.readInt32();
          case TrainBatch.FIRST_OFFSET_FIELD_NUMBER -> first = in.readInt64();
          case TrainBatch.OFFSET_DELTAS_FIELD_NUMBER -> last += sum(in, tag);
          default -> in.skipField(tag);
        }
      }
      byPartition
          .computeIfAbsent(partition, absent -> new Batches())
          .add(place, first, first + last);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static long sum(CodedInputStream in, int tag) throws IOException {
    if ((tag & 7) == 0) {
      return in.readUInt64();
    }
    int limit = in.pushLimit(in.readRawVarint32());
    long sum = 0;
    while (in.getBytesUntilLimit() > 0) {
      sum += in.readUInt64();
    }
    in.popLimit(limit);
    return sum;
  }

  /**
   * The highest offset of a partition that trained a model at this place of the log; -1 if there is
   * none; empty if the log no longer holds the answer.
   *
   * @param place at most {@link #next}
   * @param from the lowest scored offset: beyond the first batch in memory, deleted batches do not
   *     matter
   */
  OptionalLong highestTrained(int partition, long place, long from) {
    Batches batches = byPartition.get(partition);
    long known = batches == null ? -1 : batches.lastBefore(place);
    if (known >= 0 || begin == 0 || place == 0) {
      return OptionalLong.of(known);
    }
    // the deleted part of the log is before the first batch in memory
    boolean beyond = batches != null && from >= batches.firstSample;
    return beyond ? OptionalLong.of(-1) : OptionalLong.empty();
  }
}

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
 * Which samples the train log holds, as far as it was read: per partition, the last sample of each
 * batch by the batch's place in the log. Confined to the audit's thread.
 */
final class TrainedOffsets {
  /** Batches remembered per partition, 16 bytes each; older ones can no longer be asked about. */
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

    /** The last sample of the batches before a place, or -1 where none of them is known. */
    private long lastBefore(long place) {
      int found = Arrays.binarySearch(places, 0, size, place);
      int before = (found < 0 ? -found - 1 : found) - 1;
      return before < 0 ? -1 : lastSamples[before];
    }
  }

  /** Up to where the log was read, exclusive. */
  long next() {
    return next;
  }

  /** Reading begins here, or goes on here though records between are gone. */
  void beginAt(long place) {
    begin = begin < 0 ? place : begin;
    next = Math.max(next, place);
  }

  /**
   * Reads a train batch's partition and offsets, and nothing else of it. If it throws, nothing has
   * changed, and the record can be read again.
   *
   * @param batch null for a record without a value
   * @return false if it is no train batch
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
   * The highest offset of a partition that a model standing at a place of the log was trained on,
   * -1 for none; empty where the log no longer tells.
   *
   * @param place at most {@link #next}
   * @param from a sample's offset, of interest only in whether it may be that high
   */
  OptionalLong highestTrained(int partition, long place, long from) {
    Batches batches = byPartition.get(partition);
    long known = batches == null ? -1 : batches.lastBefore(place);
    if (known >= 0 || begin == 0 || place == 0) {
      return OptionalLong.of(known);
    }
    // what was trimmed of the log lies before the first batch that is left
    boolean beyond = batches != null && from >= batches.firstSample;
    return beyond ? OptionalLong.of(-1) : OptionalLong.empty();
  }
}

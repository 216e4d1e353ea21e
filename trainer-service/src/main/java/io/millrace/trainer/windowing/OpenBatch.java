package io.millrace.trainer.windowing;

import io.millrace.schemas.features.rows.RowCodec;
import io.millrace.schemas.proto.OpenBatchHead;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The samples of one partition that are not yet in a train batch, kept in a store that outlives the
 * process. Confined to one stream thread.
 */
final class OpenBatch {
  /*
   * One slot per position, overwritten by the next batch. Slots are written before a commit, never
   * earlier, so that a commit costs at most one batch of slots, however many samples were
   * processed. The slot HEAD holds the offset at which the open batch begins and the time at which
   * it was opened. Slots are not deleted when a batch closes; rows that an earlier batch left
   * behind are recognized by their lower offset.
   */
  private static final int HEAD = -1;

  private final SlotStore store;
  private final RowCodec codec;
  private final String topicId;
  private final String place;
  private final List<byte[]> rows = new ArrayList<>();
  private @Nullable OpenBatchHead unsavedHead;
  private int savedRows;
  private volatile long openedAtMs;
  private volatile boolean empty = true;

  /**
   * @param topicId Kafka's id of the samples' topic
   * @param place names the partition in messages
   */
  OpenBatch(SlotStore store, RowCodec codec, String topicId, String place) {
    this.store = store;
    this.codec = codec;
    this.topicId = topicId;
    this.place = place;
    store.saveWith(this::save);
  }

  /**
   * Loads the batch from the store.
   *
   * @throws SourceException if it was filled from another topic of this name, or with other
   *     features
   */
  void restore() {
    byte[] bytes = store.get(HEAD);
    if (bytes == null) {
      return;
    }
    OpenBatchHead head = HeadCodec.parse(bytes, place);
    if (!head.getTopicId().equals(topicId)) {
      throw SourceException.topicReplaced(place, head.getTopicId(), topicId);
    }
    long from = head.getFirstOffset();
    for (byte[] row = store.get(0); row != null; row = store.get(rows.size())) {
      if (RowCodec.offset(row) < from) {
        break;
      }
      if (!codec.fits(row)) {
        throw SourceException.otherFeatures(place);
      }
      rows.add(row);
      from = RowCodec.offset(row) + 1;
    }
    savedRows = rows.size();
    openedAtMs = head.getOpenedAtMs();
    empty = rows.isEmpty();
  }

  private void save() {
    if (unsavedHead != null) {
      store.put(HEAD, unsavedHead.toByteArray());
      unsavedHead = null;
    }
    for (; savedRows < rows.size(); savedRows++) {
      store.put(savedRows, rows.get(savedRows));
    }
  }

  void add(byte[] row, long nowMs) {
    if (rows.isEmpty()) {
      open(RowCodec.offset(row), nowMs);
    }
    rows.add(row);
    store.onChange();
  }

  /** Removes the first {@code count} rows, in the order of their offsets. */
  List<byte[]> take(int count) {
    List<byte[]> first = rows.subList(0, count);
    List<byte[]> taken = List.copyOf(first);
    first.clear();
    savedRows = 0;
    if (rows.isEmpty()) {
      empty = true;
      unsavedHead = HeadCodec.of(RowCodec.offset(taken.get(count - 1)) + 1, 0, topicId);
    } else {
      open(RowCodec.offset(rows.get(0)), openedAtMs);
    }
    store.onChange();
    return taken;
  }

  int size() {
    return rows.size();
  }

  /** The offset of the first sample. Must not be called while empty. */
  long firstOffset() {
    return RowCodec.offset(rows.get(0));
  }

  /** The offset of the last sample, or -1 if empty. */
  long lastOffset() {
    return rows.isEmpty() ? -1 : RowCodec.offset(rows.get(rows.size() - 1));
  }

  /** How long its oldest sample has waited; 0 if empty. May be called from any thread. */
  long ageMs(long nowMs) {
    return empty ? 0 : Math.max(0, nowMs - openedAtMs);
  }

  private void open(long offset, long nowMs) {
    openedAtMs = nowMs;
    empty = false;
    unsavedHead = HeadCodec.of(offset, nowMs, topicId);
  }
}

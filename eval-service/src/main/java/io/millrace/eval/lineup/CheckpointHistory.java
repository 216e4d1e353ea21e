package io.millrace.eval.lineup;

import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.lineage.SamplePartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints that can score, in the order of their announcement. Finds the latest of them for
 * a sample. Confined to the scoring thread.
 */
public final class CheckpointHistory {
  private final List<AnnouncedCheckpoint> inOrder = new ArrayList<>();
  private final Map<SamplePartition, NewestBelow> byLineage = new HashMap<>();
  private @Nullable NewestBelow byTime;

  /** A checkpoint that is announced again becomes the newest. */
  void add(AnnouncedCheckpoint announced) {
    inOrder.remove(announced);
    inOrder.add(announced);
    forget();
  }

  void remove(CheckpointId id) {
    inOrder.removeIf(announced -> announced.id().equals(id));
    forget();
  }

  private void forget() {
    byLineage.clear();
    byTime = null;
  }

  public boolean isEmpty() {
    return inOrder.isEmpty();
  }

  List<AnnouncedCheckpoint> inOrder() {
    return inOrder;
  }

  /** The checkpoint announced last; null if there is none. */
  public @Nullable AnnouncedCheckpoint newest() {
    return at(inOrder.size() - 1);
  }

  /** The newest checkpoint whose lineage does not contain the sample; null if there is none. */
  public @Nullable AnnouncedCheckpoint newestUnseenBy(SamplePartition partition, long offset) {
    NewestBelow newest =
        byLineage.computeIfAbsent(
            partition,
            of ->
                new NewestBelow(
                    inOrder.stream()
                        .map(announced -> announced.lineage().nextOffset(partition))
                        .toList()));
    return at(newest.atMost(offset));
  }

  /** The newest checkpoint announced strictly before a time, epoch ms; null if there is none. */
  public @Nullable AnnouncedCheckpoint newestBefore(long timeMs) {
    NewestBelow newest = byTime;
    if (newest == null) {
      newest = new NewestBelow(inOrder.stream().map(AnnouncedCheckpoint::announcedMs).toList());
      byTime = newest;
    }
    return at(newest.atMost(timeMs - 1));
  }

  private @Nullable AnnouncedCheckpoint at(int place) {
    return place < 0 ? null : inOrder.get(place);
  }

  /** Finds the last number of a list that does not exceed a bound. Immutable. */
  static final class NewestBelow {
    /*
     * A number that is followed by an equal or smaller one is never the answer. The remaining numbers ascend, so a binary search
     * finds the answer: O(log n), and O(1) if it is the last number.
     */
    private final int[] places;
    private final long[] numbers;

    NewestBelow(List<Long> values) {
      int[] kept = new int[values.size()];
      int count = 0;
      for (int i = 0; i < values.size(); i++) {
        while (count > 0 && values.get(kept[count - 1]) >= values.get(i)) {
          count--;
        }
        kept[count++] = i;
      }
      places = java.util.Arrays.copyOf(kept, count);
      numbers = java.util.Arrays.stream(places).mapToLong(values::get).toArray();
    }

    /** The index of the last number that is at most {@code bound}, or -1. */
    int atMost(long bound) {
      int last = numbers.length - 1;
      if (last < 0 || numbers[last] <= bound) {
        return last < 0 ? -1 : places[last];
      }
      int low = 0;
      int high = last;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (numbers[middle] <= bound) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low == 0 ? -1 : places[low - 1];
    }
  }
}

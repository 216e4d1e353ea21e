package io.millrace.eval.scoring;

import io.millrace.schemas.lineage.SamplePartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints that may score, in the order of their announcement, and which of them is the
 * latest for a sample. Confined to the scoring thread.
 */
final class History {
  private final List<Announced> inOrder = new ArrayList<>();
  private final Map<SamplePartition, Newest> byLineage = new HashMap<>();
  private @Nullable Newest byTime;

  /** An id announced again takes the newest place. */
  void add(Announced announced) {
    inOrder.remove(announced);
    inOrder.add(announced);
    forget();
  }

  void remove(String id) {
    inOrder.removeIf(announced -> announced.id().equals(id));
    forget();
  }

  private void forget() {
    byLineage.clear();
    byTime = null;
  }

  boolean isEmpty() {
    return inOrder.isEmpty();
  }

  List<Announced> inOrder() {
    return inOrder;
  }

  /** The one announced last. */
  @Nullable Announced newest() {
    return at(inOrder.size() - 1);
  }

  /** The newest whose lineage the sample lies beyond. */
  @Nullable Announced newestUnseenBy(SamplePartition partition, long offset) {
    Newest newest =
        byLineage.computeIfAbsent(
            partition,
            of ->
                new Newest(
                    inOrder.stream()
                        .map(announced -> announced.lineage().nextOffset(partition))
                        .toList()));
    return at(newest.atMost(offset));
  }

  /** The newest announced strictly before a time, epoch ms. */
  @Nullable Announced newestBefore(long timeMs) {
    Newest newest = byTime;
    if (newest == null) {
      newest = new Newest(inOrder.stream().map(Announced::announcedMs).toList());
      byTime = newest;
    }
    return at(newest.atMost(timeMs - 1));
  }

  private @Nullable Announced at(int place) {
    return place < 0 ? null : inOrder.get(place);
  }
}

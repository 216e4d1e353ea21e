package io.millrace.eval.intake;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Recognizes repeats of {@code samples.id} in one partition: a sample is a repeat if one of the
 * {@link #REACH} offsets before it has the same id. The result depends on the topic alone, so after
 * a restart the same samples are repeats. Confined to the scoring thread.
 */
public final class RecentIds {
  /** In offsets. Each id in memory takes about 80 bytes. */
  static final int REACH = 65_536;

  private final LinkedHashMap<Long, Long> lastOffsets = new LinkedHashMap<>();

  /** Adds the next sample, in the order of offsets; true if it is a repeat. */
  boolean isRepeat(long idHash, long offset) {
    Iterator<Map.Entry<Long, Long>> eldestFirst = lastOffsets.entrySet().iterator();
    while (eldestFirst.hasNext() && eldestFirst.next().getValue() < offset - REACH) {
      eldestFirst.remove();
    }
    boolean repeat = lastOffsets.remove(idHash) != null;
    lastOffsets.put(idHash, offset);
    return repeat;
  }

  void clear() {
    lastOffsets.clear();
  }
}

package io.millrace.eval.intake;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Recognises repeats of {@code samples.id} in one partition: a sample is one if the same id stood
 * at one of the {@link #REACH} offsets before it. A function of the topic alone, so that a restart
 * that reads as far back sees the same repeats. Confined to the scoring thread.
 */
public final class RecentIds {
  /** In offsets; each id remembered takes about 80 bytes. */
  static final int REACH = 65_536;

  private final LinkedHashMap<Long, Long> lastOffsets = new LinkedHashMap<>();

  /** Takes the next sample, in the order of offsets. */
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

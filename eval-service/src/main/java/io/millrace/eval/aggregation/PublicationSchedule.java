package io.millrace.eval.aggregation;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;

/**
 * When to publish evaluations that have grown: the first time at once, then a few times a second.
 * Confined to one thread.
 */
final class PublicationSchedule {
  private static final long EVERY_MS = 250;

  private final Map<String, Long> dueMs = new HashMap<>();
  private final Map<String, Long> publishedMs = new HashMap<>();

  /** Whether to publish it now; if not, it becomes due later. */
  boolean onGrown(String key, long nowMs) {
    Long before = publishedMs.get(key);
    if (before != null && nowMs - before < EVERY_MS) {
      dueMs.putIfAbsent(key, before + EVERY_MS);
      return false;
    }
    onPublished(key, nowMs);
    return true;
  }

  void onPublished(String key, long nowMs) {
    publishedMs.put(key, nowMs);
    dueMs.remove(key);
  }

  /** Makes it due at once, because the previous process may not have published it. */
  void onRestored(String key) {
    dueMs.put(key, 0L);
  }

  /** Drops it; true if it has grown since it was last published. */
  boolean forget(String key) {
    publishedMs.remove(key);
    return dueMs.remove(key) != null;
  }

  void eachDue(long nowMs, Consumer<String> publish) {
    Iterator<Map.Entry<String, Long>> all = dueMs.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<String, Long> entry = all.next();
      if (entry.getValue() <= nowMs) {
        all.remove();
        publishedMs.put(entry.getKey(), nowMs);
        publish.accept(entry.getKey());
      }
    }
  }
}

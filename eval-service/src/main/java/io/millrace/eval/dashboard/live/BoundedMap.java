package io.millrace.eval.dashboard.live;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map that keeps a limited number of entries and drops the oldest. Not thread-safe. */
final class BoundedMap<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1L;

  private final int limit;

  BoundedMap(int limit) {
    super(16, 0.75f, false);
    this.limit = limit;
  }

  /** Like {@code put}, and the entry becomes the newest. */
  void renew(K key, V value) {
    remove(key);
    put(key, value);
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > limit;
  }
}

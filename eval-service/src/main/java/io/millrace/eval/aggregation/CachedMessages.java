package io.millrace.eval.aggregation;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The store's messages under one prefix, at hand as they are: reading one parses nothing, writing
 * one writes it to the store. Confined to one thread.
 */
final class CachedMessages<T extends Message> {
  private final StateStore store;
  private final Map<String, T> messages = new HashMap<>();

  /** Reads what the store has. */
  CachedMessages(StateStore store, String prefix, Parser<T> parser) {
    this.store = store;
    store.each(prefix, parser, messages::put);
  }

  /**
   * @param key with the prefix
   */
  @Nullable T get(String key) {
    return messages.get(key);
  }

  void put(String key, T message) {
    messages.put(key, message);
    store.put(key, message);
  }

  void delete(String key) {
    messages.remove(key);
    store.delete(key);
  }

  /** All there are; the action changes none of them. */
  void each(BiConsumer<String, T> action) {
    messages.forEach(action);
  }
}

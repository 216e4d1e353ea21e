package io.millrace.eval.aggregation;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The store's messages under one prefix, kept parsed in memory: a read parses nothing, a write goes
 * to the store, too. Confined to one thread.
 */
final class CachedMessages<T extends Message> {
  private final StateStore store;
  private final Map<String, T> messages = new HashMap<>();

  /** Reads the messages from the store. */
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

  /** Calls the action for each message; it must not change any. */
  void each(BiConsumer<String, T> action) {
    messages.forEach(action);
  }
}

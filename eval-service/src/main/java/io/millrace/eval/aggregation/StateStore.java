package io.millrace.eval.aggregation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Typed access to the topology's one store. Confined to one thread. */
record StateStore(KeyValueStore<String, byte[]> store) {
  static final String NAME = "aggregation";

  static final ObjectMapper JSON = new ObjectMapper();

  <T extends Message> @Nullable T message(String key, Parser<T> parser) {
    byte[] bytes = store.get(key);
    return bytes == null ? null : parse(key, bytes, parser);
  }

  void put(String key, Message message) {
    store.put(key, message.toByteArray());
  }

  /**
   * Reads a record stored as JSON; annotations name the JSON keys, so a component can be renamed.
   */
  <T> T json(String key, Class<T> type, T absent) {
    byte[] bytes = store.get(key);
    try {
      return bytes == null ? absent : JSON.readValue(bytes, type);
    } catch (IOException e) {
      throw notReadable(key, e);
    }
  }

  void putJson(String key, Object value) {
    try {
      store.put(key, JSON.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(key + " cannot be written", e);
    }
  }

  void delete(String key) {
    store.put(key, null);
  }

  /** Calls the action for all messages whose keys have this prefix, in the order of keys. */
  <T extends Message> void each(String prefix, Parser<T> parser, BiConsumer<String, T> action) {
    // the keys are collected first, because the action may change the store
    List<String> keys = new ArrayList<>();
    try (var all = store.range(prefix, prefix + Character.MAX_VALUE)) {
      all.forEachRemaining(entry -> keys.add(entry.key));
    }
    for (String key : keys) {
      T message = message(key, parser);
      if (message != null) {
        action.accept(key, message);
      }
    }
  }

  private static <T extends Message> T parse(String key, byte[] bytes, Parser<T> parser) {
    try {
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw notReadable(key, e);
    }
  }

  private static IllegalStateException notReadable(String key, Exception e) {
    return new IllegalStateException(
        "'%s' in the store '%s' cannot be read; start the version of Millrace that wrote it, or a later one (docs/upgrades.md)"
            .formatted(key, NAME),
        e);
  }
}

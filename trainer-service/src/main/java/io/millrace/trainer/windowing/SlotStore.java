package io.millrace.trainer.windowing;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;
import org.jspecify.annotations.Nullable;

/**
 * Numbered slots in memory, with a changelog. Nothing is written to them between commits: before
 * each commit, a callback puts the changed slots. Confined to one stream thread.
 */
final class SlotStore implements StateStore, CachedStateStore<Integer, byte[]> {
  /*
   * Streams' own caching store does the same for any key, at the cost of a hash, an LRU entry and a
   * position per sample: a sixth of all of windowing's time. A store that flushes by itself must be
   * a CachedStateStore, which is internal to Streams; no other internals are needed. Should Streams
   * cease to call flushCache, the check in commit stops the process rather than lose an open batch.
   */
  private static final Runnable NOTHING = () -> {};

  private final KeyValueStore<Integer, byte[]> slots;
  private Runnable save = NOTHING;
  private boolean changed;

  private SlotStore(KeyValueStore<Integer, byte[]> slots) {
    this.slots = slots;
  }

  static StoreBuilder<SlotStore> builder(String name) {
    return new Builder(
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(name), Serdes.Integer(), Serdes.ByteArray())
            .withCachingDisabled()
            .withLoggingEnabled(Map.of()));
  }

  /**
   * @param save puts the changed slots; called before a commit if {@link #onChange} was called
   *     since the last one
   */
  void saveWith(Runnable save) {
    this.save = save;
    this.changed = false;
  }

  /** Marks the slots as changed, so that the next commit saves them. */
  void onChange() {
    changed = true;
  }

  byte @Nullable [] get(int slot) {
    return slots.get(slot);
  }

  /** Must be called only while saving. */
  void put(int slot, byte[] value) {
    slots.put(slot, value);
  }

  @Override
  public void flushCache() {
    if (changed) {
      save.run();
      changed = false;
    }
  }

  @Override
  public void commit(Map<TopicPartition, Long> changelogOffsets) {
    if (changed) {
      throw new IllegalStateException(
          "store "
              + name()
              + ": Kafka Streams committed without flushing it before, so the open batch would be lost; this"
              + " version of Kafka Streams cannot be used");
    }
    slots.commit(changelogOffsets);
  }

  @Override
  public boolean setFlushListener(
      CacheFlushListener<Integer, byte[]> listener, boolean sendOldValues) {
    return false;
  }

  @Override
  public void clearCache() {}

  @Override
  public String name() {
    return slots.name();
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    saveWith(NOTHING);
    slots.init(context, root);
  }

  @Override
  public void close() {
    slots.close();
  }

  @Override
  public boolean persistent() {
    return slots.persistent();
  }

  @Override
  public boolean isOpen() {
    return slots.isOpen();
  }

  private record Builder(StoreBuilder<KeyValueStore<Integer, byte[]>> slots)
      implements StoreBuilder<SlotStore> {
    @Override
    public SlotStore build() {
      return new SlotStore(slots.build());
    }

    @Override
    public StoreBuilder<SlotStore> withCachingEnabled() {
      return this;
    }

    @Override
    public StoreBuilder<SlotStore> withCachingDisabled() {
      return this;
    }

    @Override
    public StoreBuilder<SlotStore> withLoggingEnabled(Map<String, String> config) {
      return new Builder(slots.withLoggingEnabled(config));
    }

    @Override
    public StoreBuilder<SlotStore> withLoggingDisabled() {
      throw new UnsupportedOperationException("an open batch needs its changelog");
    }

    @Override
    public Map<String, String> logConfig() {
      return slots.logConfig();
    }

    @Override
    public boolean loggingEnabled() {
      return slots.loggingEnabled();
    }

    @Override
    public String name() {
      return slots.name();
    }
  }
}

package io.millrace.trainer.checkpoint;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millrace.schemas.store.CheckpointStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How full the store is. A distant one is asked once a minute at most, since asking costs, and
 * beside whoever wants to know, since it may hang just when meters are needed. Thread-safe.
 */
public final class StoreSize {
  private static final Logger log = LoggerFactory.getLogger(StoreSize.class);

  private final CheckpointStore store;
  private final long freshNanos;
  private volatile double lastBytes = Double.NaN;

  @GuardedBy("this")
  private CompletableFuture<Void> asking = CompletableFuture.completedFuture(null);

  @GuardedBy("this")
  private long askedNanos;

  public StoreSize(CheckpointStore store) {
    this(store, Duration.ofMinutes(1));
  }

  StoreSize(CheckpointStore store, Duration fresh) {
    this.store = store;
    this.freshNanos = fresh.toNanos();
    this.askedNanos = System.nanoTime() - freshNanos;
  }

  /** As of when it last answered; NaN until it has. */
  public synchronized double bytes() {
    if (!store.isRemote()) {
      return store.usedBytes();
    }
    if (asking.isDone() && System.nanoTime() - askedNanos >= freshNanos) {
      askedNanos = System.nanoTime();
      asking = CompletableFuture.runAsync(this::ask, StoreSize::inTheBackground);
    }
    return lastBytes;
  }

  private void ask() {
    try {
      lastBytes = store.usedBytes();
    } catch (RuntimeException e) {
      log.atWarn().setCause(e).log("the store's size is not known");
    }
  }

  private static void inTheBackground(Runnable work) {
    Thread thread = new Thread(work, "millrace-store-size");
    thread.setDaemon(true);
    thread.start();
  }
}

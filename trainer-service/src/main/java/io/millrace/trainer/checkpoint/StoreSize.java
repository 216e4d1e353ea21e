package io.millrace.trainer.checkpoint;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The size of the checkpoint store. A remote store is measured at most once a minute, since that
 * costs requests, and in the background, since it may hang just when meters are needed.
 * Thread-safe.
 */
public final class StoreSize {
  private static final Logger log = LoggerFactory.getLogger(StoreSize.class);
  private static final long REFRESH_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final CheckpointStore store;
  private final Clock clock;
  private volatile double lastBytes = Double.NaN;

  @GuardedBy("this")
  private CompletableFuture<Void> refresh = CompletableFuture.completedFuture(null);

  @GuardedBy("this")
  private long refreshedNanos;

  public StoreSize(CheckpointStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
    this.refreshedNanos = clock.nanos() - REFRESH_NANOS;
  }

  /** The size as last measured; NaN before the first measurement of a remote store. */
  public synchronized double bytes() {
    if (!store.isRemote()) {
      return store.usedBytes();
    }
    long nowNanos = clock.nanos();
    if (refresh.isDone() && nowNanos - refreshedNanos >= REFRESH_NANOS) {
      refreshedNanos = nowNanos;
      refresh = CompletableFuture.runAsync(this::measure, StoreSize::startThread);
    }
    return lastBytes;
  }

  private void measure() {
    try {
      lastBytes = store.usedBytes();
    } catch (RuntimeException e) {
      log.atWarn().setCause(e).log("the store's size could not be measured");
    }
  }

  private static void startThread(Runnable work) {
    Thread thread = new Thread(work, "millrace-store-size");
    thread.setDaemon(true);
    thread.start();
  }
}

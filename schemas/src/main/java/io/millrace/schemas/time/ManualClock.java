package io.millrace.schemas.time;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock for tests. It shows 1970-01-01T00:00Z until it is moved. Thread-safe. */
public final class ManualClock implements Clock {
  private final AtomicLong nanos = new AtomicLong();

  /** Moves the clock forward. */
  public void advance(Duration by) {
    nanos.addAndGet(by.toNanos());
  }

  @Override
  public long nanos() {
    return nanos.get();
  }

  @Override
  public long epochMs() {
    return nanos.get() / 1_000_000;
  }
}

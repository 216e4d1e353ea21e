package io.millrace.eval;

import io.millrace.schemas.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Stands still at 1970-01-01T00:00Z until a test moves it. Thread-safe. */
public final class HandMovedClock implements Clock {
  private final AtomicLong nanos = new AtomicLong();

  public void move(Duration by) {
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

package io.millrace.trainer;

import io.millrace.schemas.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that moves only when a test moves it. Thread-safe. */
public final class HandMovedClock implements Clock {
  private final AtomicLong nanos = new AtomicLong();

  @Override
  public long nanos() {
    return nanos.get();
  }

  @Override
  public long epochMs() {
    return nanos.get() / 1_000_000;
  }

  public void advance(Duration by) {
    nanos.addAndGet(by.toNanos());
  }
}

package io.millrace.schemas.time;

/**
 * The time, passed in wherever a time-out or an age decides something, so that tests can control
 * it. Thread-safe.
 */
public interface Clock {
  /** The clock of this machine. */
  Clock SYSTEM =
      new Clock() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public long epochMs() {
          return System.currentTimeMillis();
        }
      };

  /** Nanoseconds since an arbitrary moment; only differences have a meaning. Never goes back. */
  long nanos();

  /** Milliseconds since 1970-01-01T00:00Z. May jump when the machine's clock is set. */
  long epochMs();
}

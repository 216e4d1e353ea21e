package io.millrace.schemas.time;

/**
 * The time, passed in wherever a time-out or an age decides something, so that tests move it by
 * hand. Thread-safe.
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

  /** Nanoseconds since any moment; only differences mean something. Never goes back. */
  long nanos();

  /** Milliseconds since 1970-01-01T00:00Z. May jump when the machine's clock is set. */
  long epochMs();
}

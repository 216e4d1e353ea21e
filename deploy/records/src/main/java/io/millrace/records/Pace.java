package io.millrace.records;

import java.util.function.LongSupplier;

/** How far a replay may have come by now. */
@FunctionalInterface
public interface Pace {
  /**
   * @param nanos since the replay began
   * @return how many records may be out by then, counted from the replay's beginning
   */
  long allowed(long nanos);

  /** As fast as the broker takes them. */
  static Pace unlimited() {
    return nanos -> Long.MAX_VALUE;
  }

  /** So many records in each second, whatever becomes of them. */
  static Pace fixed(double recordsPerSecond) {
    return nanos -> (long) (recordsPerSecond * nanos / 1e9) + 1;
  }

  /**
   * As fast as the slowest stage, which is never left further behind than this: it has work all the
   * time, and the weights that score stay fresh.
   *
   * @param handled how many records of the replay the slowest stage has dealt with
   */
  static Pace keepingUp(LongSupplier handled, long maxBehind) {
    return nanos -> handled.getAsLong() + maxBehind;
  }
}

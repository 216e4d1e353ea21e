package io.millrace.schemas.tuning;

import java.util.OptionalLong;

/** Measures the memory of a device. Confined to one thread. */
public interface DeviceMemory {
  /** The limit of a device that itself refuses allocations that do not fit. */
  long NO_LIMIT = Long.MAX_VALUE;

  /**
   * Runs the work and measures its memory.
   *
   * @return bytes at the peak, in addition to those in use before the first measurement; empty if
   *     unknown
   */
  OptionalLong peakWhile(Runnable work);

  /** The most bytes that a batch may use, or {@link #NO_LIMIT}. */
  long limitBytes();
}

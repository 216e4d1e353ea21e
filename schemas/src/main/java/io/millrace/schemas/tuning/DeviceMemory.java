package io.millrace.schemas.tuning;

import java.util.OptionalLong;

/** What a device's memory is measured with. Confined to one thread. */
public interface DeviceMemory {
  /** Stands for a device that refuses by itself what does not fit. */
  long NO_LIMIT = Long.MAX_VALUE;

  /**
   * Runs something and tells what it took.
   *
   * @return bytes at the peak, above what was in use before the first measurement; empty where that
   *     cannot be told
   */
  OptionalLong peakWhile(Runnable work);

  /** The most that a batch may take, in bytes, or {@link #NO_LIMIT}. */
  long limitBytes();
}

package io.millrace.tune;

import io.millrace.schemas.tuning.DeviceMemory;
import java.util.OptionalLong;

/**
 * A device's memory that calls {@code before} ahead of each measurement, and ends the search when
 * it is time to stop.
 */
record WatchedMemory(DeviceMemory memory, Runnable before, StopSignal stopping)
    implements DeviceMemory {
  @Override
  public OptionalLong peakWhile(Runnable work) {
    stopping.check();
    before.run();
    return memory.peakWhile(work);
  }

  @Override
  public long limitBytes() {
    return memory.limitBytes();
  }
}

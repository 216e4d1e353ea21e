package io.millrace.tune;

import io.millrace.schemas.tuning.DeviceMemory;
import java.util.OptionalLong;

/** A device's memory, which before each measurement tells of it, and ends where it is time to. */
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

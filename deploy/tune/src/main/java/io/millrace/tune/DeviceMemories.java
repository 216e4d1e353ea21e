package io.millrace.tune;

import io.millrace.schemas.tuning.DeviceMemory;
import io.millrace.schemas.tuning.ResidentMemory;
import io.millrace.trainer.tuning.GpuMemory;

/** The memory that a device setting stands for. */
final class DeviceMemories {
  private DeviceMemories() {}

  /**
   * A new meter.
   *
   * @param device {@code training.device} or {@code evaluation.device}
   */
  static DeviceMemory of(String device) {
    boolean gpu = device.startsWith("gpu") || (device.equals("auto") && GpuMemory.gpus() > 0);
    if (!gpu) {
      return ResidentMemory.ofMachine();
    }
    String first = device.replaceFirst("^(gpu:|gpu|auto)", "").replaceFirst(",.*", "");
    return new GpuMemory(first.isEmpty() ? 0 : Integer.parseInt(first));
  }
}

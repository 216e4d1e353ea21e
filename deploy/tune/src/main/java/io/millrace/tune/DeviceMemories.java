package io.millrace.tune;

import io.millrace.schemas.tuning.DeviceMemory;
import io.millrace.schemas.tuning.ResidentMemory;
import io.millrace.trainer.tuning.GpuMemory;

/** Measures the memory of the device that a setting names. */
final class DeviceMemories {
  private DeviceMemories() {}

  /**
   * Creates a meter.
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

package io.millrace.trainer.tuning;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import io.millrace.schemas.tuning.DeviceMemory;
import io.millrace.trainer.torch.Torch;
import java.util.OptionalLong;

/**
 * The memory of a GPU, as its driver counts it. What PyTorch keeps for the next batch counts as in
 * use until a measurement is over; the device itself refuses what does not fit.
 */
public final class GpuMemory implements DeviceMemory {
  private final Device device;
  private long before = -1;

  /**
   * @param gpu its number
   */
  public GpuMemory(int gpu) {
    device = Device.gpu(gpu);
  }

  /** How many there are. */
  public static int gpus() {
    return CudaUtils.getGpuCount();
  }

  @Override
  public OptionalLong peakWhile(Runnable work) {
    Torch.emptyCudaCache();
    if (before < 0) {
      before = inUse();
    }
    try {
      work.run();
      return OptionalLong.of(Math.max(0, inUse() - before));
    } finally {
      Torch.emptyCudaCache();
    }
  }

  private long inUse() {
    return CudaUtils.getGpuMemory(device).getCommitted();
  }

  @Override
  public long limitBytes() {
    return NO_LIMIT;
  }
}

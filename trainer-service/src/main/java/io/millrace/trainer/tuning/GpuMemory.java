package io.millrace.trainer.tuning;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import io.millrace.schemas.tuning.DeviceMemory;
import io.millrace.trainer.torch.Torch;
import java.util.OptionalLong;

/**
 * The memory of a GPU, as its driver reports it. Memory that PyTorch caches for the next batch
 * counts as used until the measurement ends. There is no limit: the device itself refuses
 * allocations that do not fit.
 */
public final class GpuMemory implements DeviceMemory {
  private final Device device;
  private long before = -1;

  /**
   * @param gpu the number of the GPU
   */
  public GpuMemory(int gpu) {
    device = Device.gpu(gpu);
  }

  /** The number of GPUs of this machine. */
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

package io.millrace.trainer.graph.ops;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.millrace.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The arrays of one device that outlive a step: weights, statistics, constants. Owned by the
 * manager given, confined to one thread at a time.
 */
public final class Residents {
  private record Cached(long[] key, PtNDArray array) {}

  private final PtNDManager manager;
  private final List<@Nullable HostTensor> constants;
  final @Nullable PtNDArray[] arrays;
  private final @Nullable Cached[] cache;
  private final BitSet folded = new BitSet();

  /**
   * @param constants by slot, null if the slot is not a constant
   * @param cacheCount how many values the kernels keep from step to step
   */
  public Residents(PtNDManager manager, List<@Nullable HostTensor> constants, int cacheCount) {
    this.manager = manager;
    this.constants = constants;
    this.arrays = new PtNDArray[constants.size()];
    this.cache = new Cached[cacheCount];
  }

  /** Puts the array, which the manager owns, into the slot. */
  public void put(int slot, PtNDArray array) {
    arrays[slot] = array;
  }

  void keep(int slot, PtNDArray array) {
    arrays[slot] = array;
    folded.set(slot);
  }

  boolean isConstant(int slot) {
    return constants.get(slot) != null || folded.get(slot);
  }

  PtNDArray constant(int slot) {
    PtNDArray array = arrays[slot];
    if (array == null) {
      HostTensor value = constants.get(slot);
      if (value == null) {
        throw new IllegalStateException("slot " + slot + " is read before it is set");
      }
      array = own(manager, value);
      arrays[slot] = array;
    }
    return array;
  }

  /** The array cached under the id; replaced if the key has changed since the last step. */
  PtNDArray cached(int id, long[] key, Supplier<HostTensor> make) {
    Cached before = cache[id];
    if (before != null && Arrays.equals(before.key(), key)) {
      return before.array();
    }
    if (before != null) {
      before.array().close();
    }
    PtNDArray array = own(manager, make.get());
    cache[id] = new Cached(key.clone(), array);
    return array;
  }

  /** A copy of the tensor in native memory, owned by the manager. */
  public static PtNDArray own(PtNDManager manager, HostTensor value) {
    try (PtNDArray borrowed = upload(manager, value)) {
      return Torch.clone(borrowed);
    }
  }

  /** The values of the array, in host memory. */
  public static HostTensor download(PtNDArray array) {
    if (!array.getDevice().isGpu()) {
      return downloadFromHost(array);
    }
    // DJL would attach its intermediate copy to the array's manager
    try (PtNDArray copy = Torch.to(array, array.getDataType(), Device.cpu())) {
      return downloadFromHost(copy);
    }
  }

  private static HostTensor downloadFromHost(PtNDArray array) {
    Shape shape = array.getShape();
    byte[] bytes = new byte[Math.toIntExact(shape.size() * array.getDataType().getNumOfBytes())];
    Torch.getByteBuffer(array, false).get(bytes);
    return new HostTensor(array.getDataType(), shape, bytes);
  }

  /**
   * Sets the values of an array in place. It must have no gradient, or its pass must be over.
   *
   * @param value of the array's type and size
   */
  public static void overwrite(PtNDArray array, HostTensor value) {
    if (value.shape().size() == 0) {
      return;
    }
    try (PtNDArray given = upload(array.getManager(), value)) {
      copy(given, array);
    }
  }

  /** Copies the values of one array into another of the same type and shape, in place. */
  public static void copy(PtNDArray from, PtNDArray to) {
    Shape shape = to.getShape();
    long[] start = new long[shape.dimension()];
    long[] step = new long[shape.dimension()];
    Arrays.fill(step, 1);
    Torch.indexSet(to, from, start, shape.getShape(), step);
  }

  static PtNDArray upload(PtNDManager manager, HostTensor value) {
    Shape shape = value.shape();
    if (shape.size() == 0) {
      return manager.create(shape, value.type());
    }
    ByteBuffer direct =
        ByteBuffer.allocateDirect(value.bytes().length).order(ByteOrder.nativeOrder());
    direct.put(value.bytes()).rewind();
    return manager.create(direct, shape, value.type());
  }
}

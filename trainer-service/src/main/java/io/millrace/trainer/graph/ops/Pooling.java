package io.millrace.trainer.graph.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.trainer.torch.Torch;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * MaxPool and AveragePool. The input is padded first and pooled without padding: PyTorch's own
 * padding is symmetric, at most half a window, and its JNI layer drops count_include_pad.
 */
final class Pooling {
  private Pooling() {}

  static Kernel max(Node node) {
    node.ignore("storage_order");
    if (node.hasOut(1)) {
      throw node.refused("the output Indices is not supported");
    }
    SpatialWindows windows = new SpatialWindows(node, kernel(node));
    Shape none = new Shape(new long[windows.kernel.length]);
    int in = node.in(0);
    int out = node.emit(0, node.floating(0));
    return frame -> {
      PtNDArray x = frame.array(in);
      long[] shape = x.getShape().getShape();
      SpatialWindows.Padding padding = windows.padding(shape);
      PtNDArray padded = pad(frame, x, padding, Double.NEGATIVE_INFINITY);
      frame.set(
          out,
          windows.isDilated()
              ? overOffsets(frame, padded, windows, Torch::max)
              : Torch.maxPool(
                  padded, new Shape(windows.kernel), new Shape(windows.strides), none, false));
    };
  }

  static Kernel average(Node node) {
    boolean countPad = node.flag("count_include_pad", false);
    SpatialWindows windows = new SpatialWindows(node, kernel(node));
    DataType type = node.floating(0);
    Shape none = new Shape(new long[windows.kernel.length]);
    int size = node.scalar(type, HostInts.size(windows.kernel));
    int cache = node.slots().addCache();
    int in = node.in(0);
    int out = node.emit(0, type);
    return frame -> {
      PtNDArray x = frame.array(in);
      long[] shape = x.getShape().getShape();
      SpatialWindows.Padding padding = windows.padding(shape);
      PtNDArray padded = pad(frame, x, padding, 0);
      PtNDArray mean =
          windows.isDilated()
              ? Torch.div(overOffsets(frame, padded, windows, Torch::add), frame.array(size))
              : frame.own(
                  Torch.avgPool(
                      padded,
                      new Shape(windows.kernel),
                      new Shape(windows.strides),
                      none,
                      false,
                      true));
      if (!padding.isNone()) {
        long[] spatial = java.util.Arrays.copyOfRange(shape, 2, shape.length);
        PtNDArray factors =
            frame.cached(
                cache, spatial, () -> PoolWeights.of(windows, padding, spatial, countPad, type));
        mean = Torch.mul(mean, factors);
      }
      frame.set(out, mean);
    };
  }

  private static long[] kernel(Node node) {
    long[] kernel = node.longs("kernel_shape");
    if (kernel == null) {
      throw node.refused("attribute kernel_shape is missing");
    }
    return kernel;
  }

  private static PtNDArray pad(
      Frame frame, PtNDArray x, SpatialWindows.Padding padding, double value) {
    return padding.isNone() ? x : frame.own(Torch.pad(x, padding.forPad(), value));
  }

  /* Dilated windows: one strided slice per position in the window, folded together. */
  private static PtNDArray overOffsets(
      Frame frame, PtNDArray padded, SpatialWindows windows, BinaryOperator<PtNDArray> fold) {
    long[] offset = new long[windows.kernel.length];
    @Nullable PtNDArray result = null;
    PtNDArray own = frame.scoped(padded);
    do {
      PtNDArray slice = own;
      for (int axis = 0; axis < offset.length; axis++) {
        long length = own.getShape().get(axis + 2);
        long from = offset[axis] * windows.dilations[axis];
        long reach = (windows.kernel[axis] - 1) * windows.dilations[axis];
        slice = Torch.slice(slice, axis + 2, from, length - reach + from, windows.strides[axis]);
      }
      result = result == null ? slice : fold.apply(result, slice);
    } while (next(offset, windows.kernel));
    return result;
  }

  private static boolean next(long[] offset, long[] kernel) {
    for (int axis = offset.length - 1; axis >= 0; axis--) {
      if (++offset[axis] < kernel[axis]) {
        return true;
      }
      offset[axis] = 0;
    }
    return false;
  }
}

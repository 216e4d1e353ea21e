package io.millrace.trainer.graph.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.trainer.torch.Torch;
import java.util.stream.IntStream;

/** Sums, means and maxima over axes. */
final class Reductions {
  private Reductions() {}

  /** Reduces axes that are counted from the start, ascending. */
  @FunctionalInterface
  interface Reduction {
    PtNDArray over(Frame frame, PtNDArray x, int[] axes, boolean keep);
  }

  /** A reduction whose axes are an input from an opset on. */
  static Operator reduce(int axesInputSince, Reduction reduction) {
    return node -> {
      boolean keep = node.flag("keepdims", true);
      Axes.AxesSource axes = Axes.of(node, 1, axesInputSince);
      boolean noneMeansNone =
          node.opset() >= axesInputSince && node.flag("noop_with_empty_axes", false);
      int in = node.in(0);
      int out = node.emit(0, node.type(0));
      return frame -> {
        PtNDArray x = frame.array(in);
        long[] given = axes.at(frame);
        boolean none = given == null || given.length == 0;
        int rank = x.getShape().dimension();
        if (rank == 0 || (none && noneMeansNone)) {
          frame.lend(out, x);
          return;
        }
        int[] over = none || given == null ? all(rank) : Axes.of(given, rank);
        frame.set(out, reduction.over(frame, frame.scoped(x), over, keep));
      };
    };
  }

  private static int[] all(int rank) {
    return IntStream.range(0, rank).toArray();
  }

  static PtNDArray sum(Frame frame, PtNDArray x, int[] axes, boolean keep) {
    PtNDArray sum = Torch.sum(x, IntStream.of(axes).asLongStream().toArray(), keep);
    return x.getDataType() == DataType.INT32 ? frame.convert(sum, DataType.INT32) : sum;
  }

  static PtNDArray mean(Frame frame, PtNDArray x, int[] axes, boolean keep) {
    if (x.getDataType().isFloating()) {
      return oneByOne(x, axes, keep, Torch::mean);
    }
    long count = 1;
    for (int axis : axes) {
      count *= x.getShape().get(axis);
    }
    HostInts sum = HostInts.of(Residents.download(sum(frame, x, axes, keep)));
    HostInts by = new HostInts(sum.type(), new long[0], new long[] {count});
    return frame.upload(HostMath.divide(sum, by).toTensor());
  }

  static PtNDArray max(Frame frame, PtNDArray x, int[] axes, boolean keep) {
    return oneByOne(x, axes, keep, Torch::max);
  }

  @FunctionalInterface
  private interface AxisReduction {
    PtNDArray apply(PtNDArray x, long axis, boolean keep);
  }

  private static PtNDArray oneByOne(
      PtNDArray x, int[] axes, boolean keep, AxisReduction reduction) {
    PtNDArray result = x;
    for (int i = axes.length - 1; i >= 0; i--) {
      result = reduction.apply(result, axes[i], keep);
    }
    return result;
  }

  static Kernel globalAverage(Node node) {
    int in = node.in(0);
    int out = node.emit(0, node.floating(0));
    return frame -> {
      PtNDArray x = frame.scoped(frame.array(in));
      int rank = x.getShape().dimension();
      frame.set(out, oneByOne(x, IntStream.range(2, rank).toArray(), true, Torch::mean));
    };
  }
}

package io.millrace.trainer.graph.ops;

import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.trainer.torch.Torch;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The operators that change only the shape. */
final class Reshapes {
  private Reshapes() {}

  /** Computes the new shape from the old one. */
  @FunctionalInterface
  interface ReshapeRule {
    long[] shape(Frame frame, long[] before);
  }

  private static Kernel kernel(Node node, ReshapeRule rule) {
    int in = node.in(0);
    int out = node.emit(0, node.type(0));
    return frame -> {
      PtNDArray x = frame.array(in);
      frame.set(out, Torch.reshape(x, rule.shape(frame, x.getShape().getShape())));
    };
  }

  static Kernel reshape(Node node) {
    boolean zeroIsZero = node.opset() >= 14 && node.flag("allowzero", false);
    HostInts known = node.ints(1);
    int shape = node.in(1);
    return kernel(
        node,
        (frame, before) ->
            reshape(before, (known != null ? known : frame.host(shape)).values(), zeroIsZero));
  }

  static long[] reshape(long[] before, long[] wanted, boolean zeroIsZero) {
    long[] shape = wanted.clone();
    int open = -1;
    long rest = 1;
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] == 0 && !zeroIsZero) {
        shape[i] = before[Axes.of(i, before.length)];
      }
      if (shape[i] == -1) {
        open = i;
      } else {
        rest *= shape[i];
      }
    }
    if (open >= 0) {
      shape[open] = rest == 0 ? 0 : HostInts.size(before) / rest;
    }
    if (HostInts.size(shape) != HostInts.size(before)) {
      throw new GraphException(
          "cannot reshape %s to %s".formatted(Arrays.toString(before), Arrays.toString(wanted)));
    }
    return shape;
  }

  static Kernel flatten(Node node) {
    long axis = node.longOr("axis", 1);
    return kernel(node, (frame, before) -> flatten(before, axis));
  }

  static long[] flatten(long[] before, long axis) {
    int at = axis == before.length ? before.length : Axes.of(axis, Math.max(1, before.length));
    long rows = LongStream.of(before).limit(at).reduce(1, (a, b) -> a * b);
    long columns = LongStream.of(before).skip(at).reduce(1, (a, b) -> a * b);
    return new long[] {rows, columns};
  }

  static Kernel squeeze(Node node) {
    Axes.AxesSource axes = Axes.of(node, 1, 13);
    return kernel(node, (frame, before) -> squeeze(before, axes.at(frame)));
  }

  static long[] squeeze(long[] before, long @Nullable [] axes) {
    if (axes == null) {
      return LongStream.of(before).filter(length -> length != 1).toArray();
    }
    int[] gone = Axes.of(axes, before.length);
    long[] shape = new long[before.length - gone.length];
    int to = 0;
    for (int i = 0; i < before.length; i++) {
      if (Arrays.binarySearch(gone, i) < 0) {
        shape[to++] = before[i];
      } else if (before[i] != 1) {
        throw new GraphException(
            "cannot squeeze axis %d of %s".formatted(i, Arrays.toString(before)));
      }
    }
    return shape;
  }

  static Kernel unsqueeze(Node node) {
    Axes.AxesSource axes = Axes.of(node, 1, 13);
    return kernel(node, (frame, before) -> unsqueeze(before, axes.at(frame)));
  }

  static long[] unsqueeze(long[] before, long @Nullable [] axes) {
    if (axes == null) {
      throw new GraphException("axes are missing");
    }
    long[] shape = new long[before.length + axes.length];
    int[] added = Axes.of(axes, shape.length);
    int from = 0;
    for (int i = 0; i < shape.length; i++) {
      shape[i] = Arrays.binarySearch(added, i) >= 0 ? 1 : before[from++];
    }
    return shape;
  }
}

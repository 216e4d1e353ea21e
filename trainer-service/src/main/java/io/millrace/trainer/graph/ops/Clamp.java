package io.millrace.trainer.graph.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.trainer.torch.Torch;

/**
 * Clip. With constant bounds it is PyTorch's clamp, whose gradient is one on the bounds and zero
 * beyond them. Bounds that a pass computes, or that are trained, receive the gradient of the values
 * that they cut off.
 */
final class Clamp {
  private Clamp() {}

  static Kernel compile(Node node) {
    DataType type = node.common(0, 2);
    int in = node.in(0);
    boolean fixed = isFixed(node, 1) && isFixed(node, 2);
    int out = node.emit(0, type);
    if (fixed) {
      Number low = fixed(node, 1);
      Number high = fixed(node, 2);
      return frame -> frame.set(out, between(frame, frame.array(in), low, high));
    }
    int low = node.has(1) ? node.in(1) : -1;
    int high = node.has(2) ? node.in(2) : -1;
    return frame -> {
      PtNDArray array = frame.array(in);
      if (low >= 0) {
        array = frame.own(Torch.max(array, bound(frame, low)));
      }
      // the upper bound comes last: it wins if the bounds are crossed
      frame.set(out, high < 0 ? frame.scoped(array) : Torch.min(array, bound(frame, high)));
    };
  }

  private static boolean isFixed(Node node, int input) {
    return !node.has(input) || node.constant(input) != null;
  }

  static PtNDArray between(Frame frame, PtNDArray array, Number low, Number high) {
    return Torch.clip(frame.scoped(array), low, high);
  }

  private static Number fixed(Node node, int input) {
    HostTensor constant = node.has(input) ? node.constant(input) : null;
    if (constant != null) {
      return number(constant);
    }
    boolean low = input == 1;
    DataType type = node.type(0);
    if (type.isFloating()) {
      return low ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return widest(type, low);
  }

  private static PtNDArray bound(Frame frame, int slot) {
    PtNDArray bound = frame.array(slot);
    requireOne(bound.getShape());
    return frame.own(Torch.reshape(bound, new long[0]));
  }

  private static Long widest(DataType type, boolean low) {
    if (type == DataType.INT32) {
      return (long) (low ? Integer.MIN_VALUE : Integer.MAX_VALUE);
    }
    return low ? Long.MIN_VALUE : Long.MAX_VALUE;
  }

  private static Number number(HostTensor value) {
    requireOne(value.shape());
    if (value.isFloat()) {
      return value.doubles()[0];
    }
    return HostInts.of(value).values()[0];
  }

  private static void requireOne(Shape shape) {
    if (shape.size() != 1) {
      throw new GraphException("a bound of shape %s, expected one value".formatted(shape));
    }
  }
}

package io.millrace.trainer.graph.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import org.jspecify.annotations.Nullable;

/** PyTorch's clamp, whose gradient is one on the bounds and zero beyond them. */
final class Clamp {
  private Clamp() {}

  /** A bound of Clip. */
  @FunctionalInterface
  interface Bound {
    Number at(Frame frame);
  }

  static PtNDArray between(Frame frame, PtNDArray array, Number low, Number high) {
    return JniUtils.clip(frame.lent(array), low, high);
  }

  static Bound bound(Node node, int input, @Nullable Double absent) {
    DataType type = node.type(0);
    if (!node.has(input)) {
      Number number = absent != null ? absent : (Number) widest(type, input == 1);
      return frame -> number;
    }
    HostTensor constant = node.constant(input);
    if (constant != null) {
      Number number = number(constant);
      return frame -> number;
    }
    int slot = node.in(input);
    return frame -> number(frame.value(slot));
  }

  private static Long widest(DataType type, boolean low) {
    if (type == DataType.INT32) {
      return (long) (low ? Integer.MIN_VALUE : Integer.MAX_VALUE);
    }
    return low ? Long.MIN_VALUE : Long.MAX_VALUE;
  }

  private static Number number(HostTensor value) {
    if (value.shape().size() != 1) {
      throw new GraphException("a bound of shape %s, expected one value".formatted(value.shape()));
    }
    if (value.isFloat()) {
      return value.doubles()[0];
    }
    return HostInts.of(value).values()[0];
  }
}

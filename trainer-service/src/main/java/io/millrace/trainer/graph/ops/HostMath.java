package io.millrace.trainer.graph.ops;

import ai.djl.ndarray.types.DataType;
import java.util.function.LongBinaryOperator;

/** Element-wise operators on integers on the host. */
final class HostMath {
  private HostMath() {}

  static HostInts binary(HostInts left, HostInts right, DataType type, LongBinaryOperator op) {
    long[] shape = Broadcast.shape(left.shape(), right.shape());
    int[] leftAt = Broadcast.indices(left.shape(), shape);
    int[] rightAt = Broadcast.indices(right.shape(), shape);
    long[] values = new long[leftAt.length];
    for (int i = 0; i < values.length; i++) {
      long value = op.applyAsLong(left.values()[leftAt[i]], right.values()[rightAt[i]]);
      values[i] = type == DataType.INT32 ? (int) value : value;
    }
    return new HostInts(type, shape, values);
  }

  /** Rounds towards zero, as ONNX does. */
  static HostInts divide(HostInts left, HostInts right) {
    return binary(left, right, left.type(), HostMath::quotient);
  }

  private static long quotient(long a, long b) {
    if (b == 0) {
      throw new GraphException("integer division of %d by zero".formatted(a));
    }
    return a / b;
  }

  static HostInts where(HostInts condition, HostInts then, HostInts otherwise) {
    long[] shape =
        Broadcast.shape(Broadcast.shape(condition.shape(), then.shape()), otherwise.shape());
    int[] conditionAt = Broadcast.indices(condition.shape(), shape);
    int[] thenAt = Broadcast.indices(then.shape(), shape);
    int[] otherwiseAt = Broadcast.indices(otherwise.shape(), shape);
    long[] values = new long[thenAt.length];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          condition.values()[conditionAt[i]] != 0
              ? then.values()[thenAt[i]]
              : otherwise.values()[otherwiseAt[i]];
    }
    return new HostInts(then.type(), shape, values);
  }

  static HostInts expand(HostInts x, long[] wanted) {
    long[] shape = Broadcast.shape(x.shape(), wanted);
    int[] at = Broadcast.indices(x.shape(), shape);
    long[] values = new long[at.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = x.values()[at[i]];
    }
    return new HostInts(x.type(), shape, values);
  }
}

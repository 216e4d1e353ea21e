package io.millrace.trainer.graph.ops;

/**
 * Broadcasts shapes by the rule of ONNX and PyTorch: aligned at the right, axes of length 1 are
 * repeated.
 */
final class Broadcast {
  private Broadcast() {}

  static long[] shape(long[] left, long[] right) {
    int rank = Math.max(left.length, right.length);
    long[] shape = new long[rank];
    for (int i = 0; i < rank; i++) {
      long a = at(left, i, rank);
      long b = at(right, i, rank);
      if (a != b && a != 1 && b != 1) {
        throw new GraphException(
            "shapes %s and %s cannot be broadcast"
                .formatted(java.util.Arrays.toString(left), java.util.Arrays.toString(right)));
      }
      shape[i] = a == 1 ? b : a;
    }
    return shape;
  }

  private static long at(long[] shape, int axis, int rank) {
    int own = axis - (rank - shape.length);
    return own < 0 ? 1 : shape[own];
  }

  /** For each element of the result, the index of the operand's element that it reads. */
  static int[] indices(long[] operand, long[] result) {
    int[] indices = new int[Math.toIntExact(HostInts.size(result))];
    long[] strides = new long[result.length];
    long stride = 1;
    for (int axis = result.length - 1; axis >= 0; axis--) {
      long length = at(operand, axis, result.length);
      strides[axis] = length == 1 ? 0 : stride;
      stride *= length;
    }
    for (int i = 0; i < indices.length; i++) {
      long rest = i;
      long index = 0;
      for (int axis = result.length - 1; axis >= 0; axis--) {
        index += rest % result[axis] * strides[axis];
        rest /= result[axis];
      }
      indices[i] = (int) index;
    }
    return indices;
  }
}

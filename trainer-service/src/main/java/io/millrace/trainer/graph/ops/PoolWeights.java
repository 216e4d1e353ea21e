package io.millrace.trainer.graph.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** The factors that correct an average over whole windows where windows reach into padding. */
final class PoolWeights {
  private PoolWeights() {}

  /**
   * @param spatial lengths of the input's spatial axes
   * @param countPad whether positions in the padding (not those beyond it) count
   * @return of the output's spatial shape
   */
  static HostTensor of(
      SpatialWindows windows,
      SpatialWindows.Padding padding,
      long[] spatial,
      boolean countPad,
      DataType type) {
    int rank = spatial.length;
    long[] shape = new long[rank];
    double[] factors = {1};
    for (int axis = 0; axis < rank; axis++) {
      shape[axis] = windows.count(axis, spatial[axis], padding);
      factors = outer(factors, along(windows, padding, axis, spatial[axis], countPad));
    }
    if (type == DataType.FLOAT64) {
      return HostTensor.of(new Shape(shape), factors);
    }
    float[] narrow = new float[factors.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (float) factors[i];
    }
    return HostTensor.of(new Shape(shape), narrow);
  }

  private static double[] along(
      SpatialWindows windows,
      SpatialWindows.Padding padding,
      int axis,
      long length,
      boolean countPad) {
    long first = countPad ? 0 : padding.begin()[axis];
    long beyond = padding.begin()[axis] + length + (countPad ? padding.end()[axis] : 0);
    double[] factors = new double[Math.toIntExact(windows.count(axis, length, padding))];
    for (int i = 0; i < factors.length; i++) {
      long counted = 0;
      for (long k = 0; k < windows.kernel[axis]; k++) {
        long at = i * windows.strides[axis] + k * windows.dilations[axis];
        counted += at >= first && at < beyond ? 1 : 0;
      }
      factors[i] = windows.kernel[axis] / (double) counted;
    }
    return factors;
  }

  private static double[] outer(double[] left, double[] right) {
    double[] product = new double[left.length * right.length];
    for (int i = 0; i < product.length; i++) {
      product[i] = left[i / right.length] * right[i % right.length];
    }
    return product;
  }
}

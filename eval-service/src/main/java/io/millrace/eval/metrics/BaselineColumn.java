package io.millrace.eval.metrics;

/** What one baseline scores, by row of an eval batch. */
final class BaselineColumn {
  /** NaN where it has no prediction. */
  final double[] loss;

  final double[] squared;

  /** Regression. */
  final double[] absolute;

  /** Classification. */
  final boolean[] right;

  /** Binary: the log-odds' bin. */
  final int[] bin;

  BaselineColumn(int capacity) {
    loss = new double[capacity];
    squared = new double[capacity];
    absolute = new double[capacity];
    right = new boolean[capacity];
    bin = new int[capacity];
  }

  void setClass(int row, double rowLoss, boolean isRight, double squaredError) {
    loss[row] = rowLoss;
    right[row] = isRight;
    squared[row] = squaredError;
  }

  void setValue(int row, double prediction, double label, ValueLoss valueLoss) {
    double error = prediction - label;
    loss[row] = valueLoss.of(error);
    absolute[row] = Math.abs(error);
    squared[row] = error * error;
  }

  void copy(int row, BaselineColumn other, int otherRow) {
    loss[row] = other.loss[otherRow];
    squared[row] = other.squared[otherRow];
    absolute[row] = other.absolute[otherRow];
    right[row] = other.right[otherRow];
    bin[row] = other.bin[otherRow];
  }
}

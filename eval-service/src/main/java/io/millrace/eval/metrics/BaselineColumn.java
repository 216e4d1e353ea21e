package io.millrace.eval.metrics;

/** The predictions of one baseline, by row of an eval batch. */
final class BaselineColumn {
  /** Classification: the probability of the label's class. */
  final double[] probability;

  final double[] squared;

  /** Classification. */
  final boolean[] right;

  /** Binary: the bin of the log-odds. */
  final int[] bin;

  /** Regression: NaN if there is no prediction, as is the absolute error. */
  final double[] valueLoss;

  final double[] absolute;
  private final boolean value;

  /**
   * @param value whether the label is a value
   */
  BaselineColumn(int capacity, boolean value) {
    this.value = value;
    int classRows = value ? 0 : capacity;
    int valueRows = value ? capacity : 0;
    squared = new double[capacity];
    probability = new double[classRows];
    right = new boolean[classRows];
    bin = new int[classRows];
    valueLoss = new double[valueRows];
    absolute = new double[valueRows];
  }

  /** NaN if there is no prediction. */
  double loss(int row) {
    return value ? valueLoss[row] : -Math.log(probability[row]);
  }

  void setClass(int row, double probabilityOfLabel, boolean isRight, double squaredError) {
    probability[row] = probabilityOfLabel;
    right[row] = isRight;
    squared[row] = squaredError;
  }

  void setValue(int row, double prediction, double label, ValueLoss loss) {
    double error = prediction - label;
    valueLoss[row] = loss.of(error);
    absolute[row] = Math.abs(error);
    squared[row] = error * error;
  }

  void copy(int row, BaselineColumn other, int otherRow) {
    squared[row] = other.squared[otherRow];
    if (value) {
      valueLoss[row] = other.valueLoss[otherRow];
      absolute[row] = other.absolute[otherRow];
    } else {
      probability[row] = other.probability[otherRow];
      right[row] = other.right[otherRow];
      bin[row] = other.bin[otherRow];
    }
  }
}

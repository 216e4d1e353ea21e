package io.millrace.eval.metrics;

import java.nio.FloatBuffer;

/** Score of a value, from one output. */
final class ValueScore extends RowScore {
  private final ValueLoss lossOf;

  ValueScore(int width, ValueLoss lossOf) {
    requireWidth(width, 1, "a value");
    this.lossOf = lossOf;
  }

  @Override
  public double read(FloatBuffer outputs, int row, float label) {
    value = label;
    error = outputs.get(row) - value;
    loss = lossOf.of(error);
    return loss;
  }
}

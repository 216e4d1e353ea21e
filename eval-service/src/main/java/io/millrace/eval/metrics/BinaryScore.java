package io.millrace.eval.metrics;

import java.nio.FloatBuffer;

/** Score of a binary label, from one output for "yes", or from one for "no" and one for "yes". */
final class BinaryScore extends RowScore {
  private final int width;
  private final boolean probabilities;

  BinaryScore(int width, boolean probabilities) {
    if (width != 2) {
      requireWidth(width, 1, "a binary label (1 or 2)");
    }
    this.width = width;
    this.probabilities = probabilities;
  }

  /* The loss is log(1 + e^x), with x the log-odds against the label: max(x, 0) + log(1 + e^-|x|) does not overflow. */
  @Override
  public double read(FloatBuffer outputs, int row, float label) {
    double last = outputs.get(row * width + width - 1);
    double first = width == 2 ? outputs.get(row * width) : probabilities ? 1 - last : 0;
    logOdds = probabilities ? Math.log(clamped(last) / clamped(first)) : last - first;
    double away = Math.exp(-Math.abs(logOdds));
    probability = (logOdds > 0 ? 1 : away) / (1 + away);
    labelled = label > 0.5f ? 1 : 0;
    predicted = logOdds > 0 ? 1 : 0;
    brier = (probability - labelled) * (probability - labelled);
    loss = Math.max(labelled == 1 ? -logOdds : logOdds, 0) + Math.log(1 + away);
    return loss;
  }

  private static double clamped(double probability) {
    return Math.min(Math.max(probability, MARGIN), 1 - MARGIN);
  }
}

package io.millrace.eval.metrics;

import java.nio.FloatBuffer;

/** Score of one of several classes, from one output per class. */
final class ClassScore extends RowScore {
  private final boolean probabilities;
  private final double[] likelihoods;

  ClassScore(int width, int classes, boolean probabilities) {
    requireWidth(width, classes, "a label of " + classes + " classes");
    this.probabilities = probabilities;
    this.likelihoods = new double[classes];
  }

  @Override
  public double read(FloatBuffer outputs, int row, float label) {
    int classes = likelihoods.length;
    labelled = (int) label;
    predicted = 0;
    for (int i = 0; i < classes; i++) {
      likelihoods[i] = outputs.get(row * classes + i);
      predicted = likelihoods[i] > likelihoods[predicted] ? i : predicted;
    }
    loss = probabilities ? ofProbabilities() : ofLogits(likelihoods[predicted]);
    probability = likelihoods[predicted];
    double squares = 0;
    for (double likelihood : likelihoods) {
      squares += likelihood * likelihood;
    }
    brier = squares + 1 - 2 * likelihoods[labelled];
    return loss;
  }

  private double ofProbabilities() {
    double likelihood = likelihoods[labelled];
    return -Math.log(Math.min(Math.max(likelihood, MARGIN), 1 - MARGIN));
  }

  private double ofLogits(double greatest) {
    double own = likelihoods[labelled] - greatest;
    double sum = 0;
    for (int i = 0; i < likelihoods.length; i++) {
      likelihoods[i] = Math.exp(likelihoods[i] - greatest);
      sum += likelihoods[i];
    }
    for (int i = 0; i < likelihoods.length; i++) {
      likelihoods[i] /= sum;
    }
    return Math.log(sum) - own;
  }
}

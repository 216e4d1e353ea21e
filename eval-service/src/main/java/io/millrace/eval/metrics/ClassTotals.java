package io.millrace.eval.metrics;

import io.millrace.schemas.proto.Sums;

/**
 * Weight by true class, by predicted class, and of correct predictions by class, from which
 * precision, recall and kappa are computed.
 */
record ClassTotals(double[] labelled, double[] predicted, double[] right) {

  static ClassTotals of(Sums sums) {
    return sums.getClassTotalsCount() > 0 ? ofTotals(sums) : ofConfusion(sums);
  }

  private static ClassTotals ofTotals(Sums sums) {
    int classes = sums.getClassTotalsCount() / 3;
    ClassTotals totals = ofClasses(classes);
    for (int i = 0; i < classes; i++) {
      totals.labelled[i] = sums.getClassTotals(i);
      totals.predicted[i] = sums.getClassTotals(classes + i);
      totals.right[i] = sums.getClassTotals(2 * classes + i);
    }
    return totals;
  }

  private static ClassTotals ofConfusion(Sums sums) {
    int classes = (int) Math.round(Math.sqrt(sums.getConfusionCount()));
    ClassTotals totals = ofClasses(classes);
    for (int i = 0; i < classes * classes; i++) {
      double weight = sums.getConfusion(i);
      totals.labelled[i / classes] += weight;
      totals.predicted[i % classes] += weight;
      totals.right[i / classes] += i / classes == i % classes ? weight : 0;
    }
    return totals;
  }

  private static ClassTotals ofClasses(int classes) {
    return new ClassTotals(new double[classes], new double[classes], new double[classes]);
  }

  int classes() {
    return labelled.length;
  }

  double accuracy(double weight) {
    double sum = 0;
    for (double one : right) {
      sum += one;
    }
    return sum / weight;
  }

  /** The accuracy by chance, given the shares of labels and predictions. */
  double chance(double weight) {
    double sum = 0;
    for (int i = 0; i < classes(); i++) {
      sum += labelled[i] / weight * (predicted[i] / weight);
    }
    return sum;
  }

  /** NaN if the class was never predicted. */
  double precision(int label) {
    return right[label] / predicted[label];
  }

  /** NaN if no sample has the class. */
  double recall(int label) {
    return right[label] / labelled[label];
  }

  /** NaN if no sample has the class and it was never predicted. */
  double f1(int label) {
    return 2 * right[label] / (labelled[label] + predicted[label]);
  }
}

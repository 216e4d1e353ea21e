package io.millrace.eval.metrics;

import io.millrace.schemas.proto.Sums;
import java.util.Arrays;
import java.util.List;

/**
 * Predicted probabilities against observed shares, in 20 bins of the probability. Confined to one
 * thread.
 */
final class Calibration {
  static final int BINS = 20;

  private final double[] weight = new double[BINS];
  private final double[] predicted = new double[BINS];
  private final double[] positive = new double[BINS];

  void add(double probability, boolean came, double sampleWeight) {
    int bin = Math.min(Math.max((int) (probability * BINS), 0), BINS - 1);
    weight[bin] += sampleWeight;
    predicted[bin] += sampleWeight * probability;
    positive[bin] += came ? sampleWeight : 0;
  }

  void merge(Sums sums) {
    add(sums.getCalibrationWeightList(), weight);
    add(sums.getCalibrationPredictedList(), predicted);
    add(sums.getCalibrationPositiveList(), positive);
  }

  void writeTo(Sums.Builder sums) {
    for (int i = 0; i < BINS; i++) {
      sums.addCalibrationWeight(weight[i])
          .addCalibrationPredicted(predicted[i])
          .addCalibrationPositive(positive[i]);
    }
  }

  void clear() {
    Arrays.fill(weight, 0);
    Arrays.fill(predicted, 0);
    Arrays.fill(positive, 0);
  }

  private static void add(List<Double> from, double[] to) {
    for (int i = 0; i < from.size(); i++) {
      to[i] += from.get(i);
    }
  }

  /**
   * The expected calibration error: the weighted mean, over the bins, of the distance between
   * predicted and observed share.
   */
  static double error(Sums sums) {
    double distance = 0;
    double all = 0;
    for (int i = 0; i < sums.getCalibrationWeightCount(); i++) {
      distance += Math.abs(sums.getCalibrationPredicted(i) - sums.getCalibrationPositive(i));
      all += sums.getCalibrationWeight(i);
    }
    return distance / all;
  }
}

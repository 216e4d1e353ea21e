package io.millrace.eval.metrics;

import io.millrace.schemas.proto.Sums;

/** The sums of regression only. Confined to one thread. */
final class ValueSums {
  private final Bins predictions = ValueBins.numbers();
  private double error;
  private double absolute;
  private double squared;
  private double label;
  private double labelSquared;

  void add(RowScore score, double weight) {
    error += weight * score.error;
    predictions.add(ValueBins.number((float) (score.value + score.error)), 1);
    absolute += weight * Math.abs(score.error);
    squared += weight * score.error * score.error;
    label += weight * score.value;
    labelSquared += weight * score.value * score.value;
  }

  void merge(Sums sums) {
    error += sums.getError();
    predictions.merge(sums.getPredictions());
    absolute += sums.getAbsoluteError();
    squared += sums.getSquaredError();
    label += sums.getLabel();
    labelSquared += sums.getLabelSquared();
  }

  void writeTo(Sums.Builder sums) {
    sums.setPredictions(predictions.toProto())
        .setError(error)
        .setAbsoluteError(absolute)
        .setSquaredError(squared)
        .setLabel(label)
        .setLabelSquared(labelSquared);
  }

  void clear() {
    predictions.clear();
    error = 0;
    absolute = 0;
    squared = 0;
    label = 0;
    labelSquared = 0;
  }
}

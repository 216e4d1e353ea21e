package io.millrace.eval.metrics;

import io.millrace.schemas.config.Task;
import io.millrace.schemas.proto.Baseline;
import org.jspecify.annotations.Nullable;

/** The sums of one baseline. Confined to one thread. */
final class BaselineSums {
  private final boolean value;
  private final @Nullable Bins positives;
  private final @Nullable Bins negatives;
  private final LogLoss logLoss = new LogLoss();
  private double weight;
  private double loss;
  private double agreement;
  private double squared;
  private double absolute;

  BaselineSums(Task task) {
    value = task == Task.REGRESSION;
    positives = task == Task.BINARY ? LogOdds.bins() : null;
    negatives = task == Task.BINARY ? LogOdds.bins() : null;
  }

  void add(BaselineColumn column, int row, double rowWeight, boolean positive) {
    if (value) {
      addValue(column, row, rowWeight);
      return;
    }
    weight += rowWeight;
    logLoss.add(column.probability[row], rowWeight);
    agreement += column.right[row] ? rowWeight : 0;
    squared += rowWeight * column.squared[row];
    Bins bins = positive ? positives : negatives;
    if (bins != null) {
      bins.add(column.bin[row], rowWeight);
    }
  }

  private void addValue(BaselineColumn column, int row, double rowWeight) {
    double rowLoss = column.valueLoss[row];
    if (Double.isFinite(rowLoss)) {
      weight += rowWeight;
      loss += rowWeight * rowLoss;
      squared += rowWeight * column.squared[row];
      absolute += rowWeight * column.absolute[row];
    }
  }

  void merge(Baseline sums) {
    weight += sums.getWeight();
    loss += sums.getLoss();
    agreement += sums.getAgreement();
    squared += sums.getSquaredError();
    absolute += sums.getAbsoluteError();
    if (positives != null && negatives != null) {
      positives.merge(sums.getPositives());
      negatives.merge(sums.getNegatives());
    }
  }

  Baseline toProto() {
    Baseline.Builder sums =
        Baseline.newBuilder()
            .setWeight(weight)
            .setLoss(loss + logLoss.sum())
            .setAgreement(agreement)
            .setSquaredError(squared)
            .setAbsoluteError(absolute);
    if (positives != null && negatives != null) {
      sums.setPositives(positives.toProto()).setNegatives(negatives.toProto());
    }
    return sums.build();
  }

  void clear() {
    weight = 0;
    loss = 0;
    logLoss.clear();
    agreement = 0;
    squared = 0;
    absolute = 0;
    if (positives != null && negatives != null) {
      positives.clear();
      negatives.clear();
    }
  }
}

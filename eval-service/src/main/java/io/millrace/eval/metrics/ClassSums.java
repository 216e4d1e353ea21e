package io.millrace.eval.metrics;

import io.millrace.schemas.config.Task;
import io.millrace.schemas.proto.Sums;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sums of classification only. Confined to one thread. */
final class ClassSums {
  /** Up to this many classes, each pair of true and predicted class has its own sum. */
  static final int CLASSES_IN_FULL = 64;

  private final int classes;
  private final double[] confusion;
  private final @Nullable Bins positives;
  private final @Nullable Bins negatives;
  private final @Nullable Bins predictions;
  private final Calibration calibration = new Calibration();
  private double brier;

  ClassSums(Task task, int classes) {
    this.classes = classes;
    boolean value = task == Task.REGRESSION;
    this.confusion = new double[value ? 0 : isFull() ? classes * classes : 3 * classes];
    this.positives = task == Task.BINARY ? LogOdds.bins() : null;
    this.negatives = task == Task.BINARY ? LogOdds.bins() : null;
    this.predictions = task == Task.MULTICLASS ? ValueBins.categories() : null;
  }

  private boolean isFull() {
    return classes <= CLASSES_IN_FULL;
  }

  void add(RowScore score, double weight) {
    boolean right = score.predicted == score.labelled;
    if (isFull()) {
      confusion[score.labelled * classes + score.predicted] += weight;
    } else {
      confusion[score.labelled] += weight;
      confusion[classes + score.predicted] += weight;
      confusion[2 * classes + score.predicted] += right ? weight : 0;
    }
    brier += weight * score.brier;
    if (predictions != null) {
      predictions.add(ValueBins.category(score.predicted), 1);
    }
    if (positives == null || negatives == null) {
      calibration.add(score.probability, right, weight);
    } else {
      boolean positive = score.labelled == 1;
      calibration.add(score.probability, positive, weight);
      (positive ? positives : negatives).add(LogOdds.bin(score.logOdds), weight);
    }
  }

  void merge(Sums sums) {
    List<Double> other = isFull() ? sums.getConfusionList() : sums.getClassTotalsList();
    for (int i = 0; i < other.size(); i++) {
      confusion[i] += other.get(i);
    }
    brier += sums.getBrier();
    calibration.merge(sums);
    if (predictions != null) {
      predictions.merge(sums.getPredictions());
    }
    if (positives != null && negatives != null) {
      positives.merge(sums.getPositives());
      negatives.merge(sums.getNegatives());
    }
  }

  void writeTo(Sums.Builder sums) {
    for (double value : confusion) {
      if (isFull()) {
        sums.addConfusion(value);
      } else {
        sums.addClassTotals(value);
      }
    }
    sums.setBrier(brier);
    calibration.writeTo(sums);
    if (predictions != null) {
      sums.setPredictions(predictions.toProto());
    }
    if (positives != null && negatives != null) {
      sums.setPositives(positives.toProto()).setNegatives(negatives.toProto());
    }
  }

  void clear() {
    Arrays.fill(confusion, 0);
    brier = 0;
    calibration.clear();
    if (predictions != null) {
      predictions.clear();
    }
    if (positives != null && negatives != null) {
      positives.clear();
      negatives.clear();
    }
  }
}

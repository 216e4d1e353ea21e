package io.millrace.trainer.training;

import io.millrace.schemas.features.rows.TrainBatchView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.IntStream;

/**
 * The passes of a step: batch by batch, in log order, each of at most {@code ceiling} samples,
 * without the samples at fault. A function of its arguments.
 *
 * @param totalWeight the sum over all samples of all passes
 */
record StepPlan(List<Pass> passes, int samples, double totalWeight) {

  static StepPlan of(List<TrainBatchView> batches, SortedSet<PoisonedSample> faults, int ceiling) {
    List<Pass> passes = new ArrayList<>();
    int samples = 0;
    double totalWeight = 0;
    for (int batch = 0; batch < batches.size(); batch++) {
      TrainBatchView view = batches.get(batch);
      int[] rows = rows(batch, view.size(), faults);
      for (int row : rows) {
        totalWeight += view.weights()[row];
      }
      samples += rows.length;
      Pass whole = new Pass(batch, view, rows);
      for (int from = 0; from < rows.length; from += ceiling) {
        passes.add(whole.part(from, Math.min(rows.length, Math.addExact(from, ceiling))));
      }
    }
    return new StepPlan(passes, samples, totalWeight);
  }

  private static int[] rows(int batch, int size, SortedSet<PoisonedSample> faults) {
    if (faults.isEmpty()) {
      return IntStream.range(0, size).toArray();
    }
    boolean[] removed = new boolean[size];
    for (PoisonedSample fault : faults) {
      if (fault.batch() == batch) {
        removed[fault.sample()] = true;
      }
    }
    return IntStream.range(0, size).filter(row -> !removed[row]).toArray();
  }

  /** The factor of a sample's gradient, per unit of its weight. */
  double scale() {
    return totalWeight > 0 ? 1 / totalWeight : 0;
  }

  /**
   * Samples that are computed together: all or some samples of one batch.
   *
   * @param batch index of the batch in the step
   * @param rows ascending, at least one
   */
  record Pass(int batch, TrainBatchView view, int[] rows) {
    /** All samples of a batch, as a step of its own. */
    static Pass all(TrainBatchView view) {
      return new Pass(0, view, IntStream.range(0, view.size()).toArray());
    }

    int size() {
      return rows.length;
    }

    boolean isContiguous() {
      return rows[rows.length - 1] - rows[0] == rows.length - 1;
    }

    Pass part(int from, int to) {
      return new Pass(batch, view, Arrays.copyOfRange(rows, from, to));
    }
  }
}

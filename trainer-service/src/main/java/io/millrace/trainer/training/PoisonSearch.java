package io.millrace.trainer.training;

import io.millrace.schemas.features.TrainBatchView;
import io.millrace.trainer.training.Passes.Sums;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the samples at fault by halving: a pass that comes to nothing finite is taken in two, down
 * to single samples. For k of n at fault about 2 k log2(n / k) passes. Changes running statistics;
 * the caller restores them.
 */
final class PoisonSearch {
  private final Passes passes;
  private final Loss loss;

  PoisonSearch(Passes passes, Loss loss) {
    this.passes = passes;
    this.loss = loss;
  }

  /** Those whose label or weight cannot be trained on, whatever the model says. */
  List<PoisonedSample> impossible(List<TrainBatchView> batches) {
    List<PoisonedSample> found = new ArrayList<>();
    for (int batch = 0; batch < batches.size(); batch++) {
      TrainBatchView view = batches.get(batch);
      for (int sample = 0; sample < view.size(); sample++) {
        String problem = loss.problemOf(view.labels()[sample]);
        float weight = view.weights()[sample];
        if (problem != null) {
          found.add(new PoisonedSample(batch, sample, problem));
        } else if (!(weight >= 0 && weight <= Float.MAX_VALUE)) {
          found.add(new PoisonedSample(batch, sample, "weight is " + weight));
        }
      }
    }
    return found;
  }

  /** Those that, each on its own, make loss or gradient other than finite. */
  List<PoisonedSample> search(StepPlan plan, long step) {
    List<PoisonedSample> found = new ArrayList<>();
    plan.passes().forEach(pass -> search(pass, plan.scale(), step, found));
    return found;
  }

  private void search(Pass pass, double scale, long step, List<PoisonedSample> found) {
    Sums sums = passes.run(List.of(pass), scale, step);
    if (sums.isFinite()) {
      return;
    }
    if (pass.size() == 1) {
      found.add(new PoisonedSample(pass.batch(), pass.rows()[0], sums.problem()));
      return;
    }
    int middle = pass.size() / 2;
    search(pass.part(0, middle), scale, step, found);
    search(pass.part(middle, pass.size()), scale, step, found);
  }
}

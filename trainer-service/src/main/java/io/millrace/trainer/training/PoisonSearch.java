package io.millrace.trainer.training;

import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.trainer.training.Passes.PassSums;
import io.millrace.trainer.training.losses.Loss;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the samples at fault by halving: a pass whose result is not finite is split in two, down to
 * single samples. For k of n at fault about 2 k log2(n / k) passes. Changes running statistics; the
 * caller restores them.
 */
final class PoisonSearch {
  private static final int DRAWS = 4;

  private final Passes passes;
  private final Loss loss;

  PoisonSearch(Passes passes, Loss loss) {
    this.passes = passes;
    this.loss = loss;
  }

  /** The samples whose label or weight is invalid, whatever the model's output. */
  List<PoisonedSample> invalid(List<TrainBatchView> batches) {
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

  /**
   * The samples that, each on its own, have a loss or gradient that is not finite. With dropout the
   * result depends on the mask, and a part of a pass has another mask than the whole. If nothing is
   * found, masks are drawn again. At last the sample with the largest gradient is returned, which
   * may be a neighbour of the one at fault.
   */
  List<PoisonedSample> search(StepPlan plan, long step) {
    List<PoisonedSample> found = new ArrayList<>();
    for (int draw = 0; draw < DRAWS && found.isEmpty(); draw++) {
      for (StepPlan.Pass pass : plan.passes()) {
        search(pass, plan.scale(), step, draw, found);
      }
    }
    return found.isEmpty() ? List.of(mostExtreme(plan, step)) : found;
  }

  private PoisonedSample mostExtreme(StepPlan plan, long step) {
    StepPlan.Pass worst = plan.passes().get(0).part(0, 1);
    double largest = -1;
    for (StepPlan.Pass pass : plan.passes()) {
      for (int i = 0; i < pass.size(); i++) {
        StepPlan.Pass alone = pass.part(i, i + 1);
        PassSums sums = passes.run(List.of(alone), plan.scale(), step);
        double norm = sums.isFinite() ? sums.gradientNorm() : Double.POSITIVE_INFINITY;
        if (norm > largest) {
          largest = norm;
          worst = alone;
        }
      }
    }
    return new PoisonedSample(
        worst.batch(),
        worst.rows()[0],
        "the step's gradient is not finite, and this sample's is the largest: " + largest);
  }

  private void search(
      StepPlan.Pass pass, double scale, long step, int draw, List<PoisonedSample> found) {
    PassSums sums = passes.run(List.of(pass), scale, step, draw);
    if (pass.size() == 1) {
      if (!sums.isFinite()) {
        found.add(new PoisonedSample(pass.batch(), pass.rows()[0], sums.problem()));
      }
      return;
    }
    // with masks drawn again, a finite whole does not imply finite halves
    if (sums.isFinite() && draw == 0) {
      return;
    }
    int middle = pass.size() / 2;
    search(pass.part(0, middle), scale, step, draw, found);
    search(pass.part(middle, pass.size()), scale, step, draw, found);
  }
}

package io.millrace.trainer.tuning;

import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.schemas.tuning.TuningSamples;
import io.millrace.trainer.training.Learner;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures gradients while a model trains: at intervals, those of the next batches one by one and
 * together, before training on them.
 */
final class NoiseProbe {
  private static final int SMALL_BATCHES = 8;
  private static final int MEASUREMENTS = 30;

  /**
   * The share of the steps before the first measurement: the first gradients are those of random
   * weights.
   */
  private static final double SKIPPED_SHARE = 0.25;

  private final Learner learner;
  private final TuningSamples samples;
  private final int batch;

  NoiseProbe(Learner learner, TuningSamples samples, int batch) {
    this.learner = learner;
    this.samples = samples;
    this.batch = batch;
  }

  NoiseScale measureAlong(int count) {
    NoiseScale scale = new NoiseScale();
    int perStep = batch * learner.batchesPerStep();
    int steps = count / perStep;
    int every = Math.max(1, steps / MEASUREMENTS);
    for (int step = 0; step < steps; step++) {
      int at = step * perStep;
      if (step >= SKIPPED_SHARE * steps
          && step % every == 0
          && at + SMALL_BATCHES * (long) batch <= count) {
        measure(at, scale);
      }
      learner.step(batches(at, learner.batchesPerStep()));
    }
    return scale;
  }

  private void measure(int at, NoiseScale scale) {
    List<TrainBatchView> batches = batches(at, SMALL_BATCHES);
    double squares = 0;
    for (TrainBatchView small : batches) {
      squares += Math.pow(learner.gradientNorm(List.of(small)), 2);
    }
    double bigSquared = Math.pow(learner.gradientNorm(batches), 2);
    if (Double.isFinite(squares + bigSquared)) {
      scale.add(batch, squares / SMALL_BATCHES, SMALL_BATCHES * batch, bigSquared);
    }
  }

  private List<TrainBatchView> batches(int at, int count) {
    List<TrainBatchView> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batches.add(samples.batch(at + i * batch, batch));
    }
    return batches;
  }
}

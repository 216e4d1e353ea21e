package io.millrace.bench.training;

import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.trainer.training.Learner;
import java.util.List;

/** Millrace's loop, fed with train batches from memory. */
final class MemoryRival implements Rival {
  private final List<TrainBatchView> batches;
  private final Learner learner;
  private int next;

  MemoryRival(BenchSetup setup) {
    batches = setup.samples().batches(setup.batchSize());
    learner = Learner.create(setup.graph(), setup.config());
  }

  @Override
  public double step(boolean wantsLoss) {
    TrainBatchView batch = batches.get(next);
    next = (next + 1) % batches.size();
    return learner.step(List.of(batch)).loss();
  }

  @Override
  public void close() {
    learner.close();
  }
}

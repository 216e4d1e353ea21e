package io.millrace.trainer.training;

import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.trainer.graph.GraphRunner;
import io.millrace.trainer.graph.ops.Residents;
import io.millrace.trainer.torch.Torch;
import java.util.List;

/**
 * Saves a model's BatchNormalization buffers before a step, and restores them if a pass must not
 * count.
 */
final class RunningStatistics {
  private final List<PtNDArray> buffers;
  private final List<PtNDArray> saved;

  RunningStatistics(GraphRunner runner) {
    buffers = runner.buffers();
    saved = buffers.stream().map(Torch::clone).toList();
  }

  void save() {
    for (int i = 0; i < buffers.size(); i++) {
      Residents.copy(buffers.get(i), saved.get(i));
    }
  }

  void restore() {
    for (int i = 0; i < buffers.size(); i++) {
      Residents.copy(saved.get(i), buffers.get(i));
    }
  }

  /** Copies the buffers of another device. */
  void copyFrom(RunningStatistics other) {
    for (int i = 0; i < buffers.size(); i++) {
      Replica.copyAcross(other.buffers.get(i), buffers.get(i));
    }
  }
}

package io.millrace.trainer.training.optimizers;

import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.schemas.config.TrainingConfig;
import io.millrace.trainer.torch.Torch;
import io.millrace.trainer.training.optimizers.Vectors.Scalar;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The move along a direction d: b = momentum b + d, w -= rate b; without momentum w -= rate d. */
final class Momentum {
  private final Scalar momentum;
  private final Scalar rate;
  private final @Nullable PtNDArray velocity;

  Momentum(TrainingConfig training, Vectors vectors) {
    momentum = vectors.scalar(training.momentum());
    rate = vectors.scalar(0);
    velocity = training.momentum() > 0 ? vectors.zeros() : null;
  }

  void move(PtNDArray weights, PtNDArray direction, double learningRate) {
    PtNDArray along = direction;
    if (velocity != null) {
      Torch.muli(velocity, momentum.array());
      Torch.addi(velocity, direction);
      along = velocity;
    }
    try (PtNDArray move = Torch.mul(along, rate.set(learningRate).array())) {
      Torch.subi(weights, move);
    }
  }

  /** Its state; empty without momentum. */
  Map<String, PtNDArray> tensors() {
    return velocity == null ? Map.of() : Map.of("momentum_buffer", velocity);
  }
}

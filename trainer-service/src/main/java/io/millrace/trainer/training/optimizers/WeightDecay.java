package io.millrace.trainer.training.optimizers;

import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.schemas.config.TrainingConfig;
import io.millrace.trainer.torch.Torch;
import io.millrace.trainer.training.optimizers.Vectors.Scalar;

/** L2 decay: g += decay w. */
final class WeightDecay {
  private final boolean wanted;
  private final Scalar factor;

  WeightDecay(TrainingConfig training, Vectors vectors) {
    wanted = training.weightDecay() > 0;
    factor = vectors.scalar(training.weightDecay());
  }

  void addTo(PtNDArray gradient, PtNDArray weights) {
    if (wanted) {
      try (PtNDArray decay = Torch.mul(weights, factor.array())) {
        Torch.addi(gradient, decay);
      }
    }
  }
}

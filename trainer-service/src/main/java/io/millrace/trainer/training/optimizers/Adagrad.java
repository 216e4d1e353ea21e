package io.millrace.trainer.training.optimizers;

import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.schemas.config.TrainingConfig;
import io.millrace.trainer.torch.Torch;
import io.millrace.trainer.training.optimizers.Vectors.Scalar;
import java.util.Map;

/** Adagrad (Duchi et al., 2011): s += g^2, w -= rate g / (sqrt(s) + eps). */
final class Adagrad implements Optimizer {
  private final WeightDecay decay;
  private final Scalar epsilon;
  private final Scalar rate;
  private final PtNDArray sum;

  Adagrad(TrainingConfig training, Vectors vectors) {
    decay = new WeightDecay(training, vectors);
    epsilon = vectors.scalar(training.adamEpsilon());
    rate = vectors.scalar(0);
    sum = vectors.zeros();
  }

  @Override
  public void update(PtNDArray weights, PtNDArray gradient, double learningRate, long step) {
    decay.addTo(gradient, weights);
    try (PtNDArray square = Torch.square(gradient)) {
      Torch.addi(sum, square);
    }
    try (PtNDArray spread = Torch.sqrt(sum)) {
      Torch.addi(spread, epsilon.array());
      Torch.divi(gradient, spread);
    }
    Torch.muli(gradient, rate.set(learningRate).array());
    Torch.subi(weights, gradient);
  }

  @Override
  public Map<String, PtNDArray> tensors() {
    return Map.of("sum", sum);
  }
}

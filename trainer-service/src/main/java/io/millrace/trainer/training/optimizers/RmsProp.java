package io.millrace.trainer.training.optimizers;

import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.schemas.config.TrainingConfig;
import io.millrace.trainer.torch.Torch;
import io.millrace.trainer.training.optimizers.Vectors.Scalar;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * RMSprop (Hinton, 2012): s = a s + (1 - a) g^2, d = g / (sqrt(s) + eps); w -= rate d, or with
 * momentum b = momentum b + d, w -= rate b.
 */
final class RmsProp implements Optimizer {
  private final WeightDecay decay;
  private final Scalar alpha;
  private final Scalar fresh;
  private final Scalar epsilon;
  private final Momentum momentum;
  private final PtNDArray square;

  RmsProp(TrainingConfig training, Vectors vectors) {
    decay = new WeightDecay(training, vectors);
    alpha = vectors.scalar(training.rmspropAlpha());
    fresh = vectors.scalar(1 - training.rmspropAlpha());
    epsilon = vectors.scalar(training.adamEpsilon());
    momentum = new Momentum(training, vectors);
    square = vectors.zeros();
  }

  @Override
  public void update(PtNDArray weights, PtNDArray gradient, double learningRate, long step) {
    decay.addTo(gradient, weights);
    try (PtNDArray now = Torch.square(gradient)) {
      Torch.muli(now, fresh.array());
      Torch.muli(square, alpha.array());
      Torch.addi(square, now);
    }
    try (PtNDArray spread = Torch.sqrt(square)) {
      Torch.addi(spread, epsilon.array());
      Torch.divi(gradient, spread);
    }
    momentum.move(weights, gradient, learningRate);
  }

  @Override
  public Map<String, PtNDArray> tensors() {
    Map<String, PtNDArray> tensors = new LinkedHashMap<>();
    tensors.put("square_avg", square);
    tensors.putAll(momentum.tensors());
    return tensors;
  }
}

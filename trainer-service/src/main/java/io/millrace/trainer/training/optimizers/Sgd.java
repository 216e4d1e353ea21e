package io.millrace.trainer.training.optimizers;

import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.schemas.config.TrainingConfig;
import java.util.Map;

/** Stochastic gradient descent: b = momentum b + g, w -= rate b; without momentum w -= rate g. */
final class Sgd implements Optimizer {
  private final WeightDecay decay;
  private final Momentum momentum;

  Sgd(TrainingConfig training, Vectors vectors) {
    decay = new WeightDecay(training, vectors);
    momentum = new Momentum(training, vectors);
  }

  @Override
  public void update(PtNDArray weights, PtNDArray gradient, double learningRate, long step) {
    decay.addTo(gradient, weights);
    momentum.move(weights, gradient, learningRate);
  }

  @Override
  public Map<String, PtNDArray> tensors() {
    return momentum.tensors();
  }
}

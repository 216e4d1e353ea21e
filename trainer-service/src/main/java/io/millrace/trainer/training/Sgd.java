package io.millrace.trainer.training;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.millrace.schemas.config.TrainingConfig;
import io.millrace.trainer.training.Vectors.Scalar;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stochastic gradient descent: b = momentum b + g, w -= rate b; without momentum w -= rate g. */
final class Sgd implements Optimizer {
  private final WeightDecay decay;
  private final Scalar momentum;
  private final Scalar rate;
  private final @Nullable PtNDArray velocity;

  Sgd(TrainingConfig training, Vectors vectors) {
    decay = new WeightDecay(training, vectors);
    momentum = vectors.scalar(training.momentum());
    rate = vectors.scalar(0);
    velocity = training.momentum() > 0 ? vectors.zeros() : null;
  }

  @Override
  public void update(PtNDArray weights, PtNDArray gradient, double learningRate, long step) {
    decay.addTo(gradient, weights);
    PtNDArray direction = gradient;
    if (velocity != null) {
      JniUtils.muli(velocity, momentum.array());
      JniUtils.addi(velocity, gradient);
      direction = velocity;
    }
    try (PtNDArray move = JniUtils.mul(direction, rate.set(learningRate).array())) {
      JniUtils.subi(weights, move);
    }
  }

  @Override
  public Map<String, PtNDArray> tensors() {
    Map<String, PtNDArray> tensors = new LinkedHashMap<>();
    if (velocity != null) {
      tensors.put("momentum_buffer", velocity);
    }
    return tensors;
  }
}

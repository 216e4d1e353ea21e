package io.millrace.trainer.training.optimizers;

import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.schemas.config.TrainingConfig;
import java.util.Map;

/**
 * Moves weights along a gradient, by the formulas of {@code torch.optim}. Confined to one thread;
 * grad mode must be off (PyTorch refuses to change differentiated arrays in place).
 */
public interface Optimizer {

  /**
   * One update, in place.
   *
   * @param weights [size], without a gradient
   * @param gradient [size]; its content is undefined afterwards
   * @param learningRate of this step
   * @param step its number, from 1
   */
  void update(PtNDArray weights, PtNDArray gradient, double learningRate, long step);

  /** Its state by name, in a fixed order; each [size]. */
  Map<String, PtNDArray> tensors();

  /** The configured optimizer, with a new state. */
  static Optimizer of(TrainingConfig training, Vectors vectors) {
    return switch (training.optim()) {
      case ADAM, ADAMW -> new Adam(training, vectors);
      case SGD -> new Sgd(training, vectors);
      case ADAGRAD -> new Adagrad(training, vectors);
      case RMSPROP -> new RmsProp(training, vectors);
    };
  }
}

package io.millrace.eval.metrics;

import io.millrace.schemas.config.ModelConfig;
import io.millrace.schemas.config.Task;

/** The loss of a regression, from prediction minus label, as in training. */
@FunctionalInterface
interface ValueLoss {
  double of(double error);

  static ValueLoss of(ModelConfig model) {
    double delta = model.huberDelta();
    return switch (model.lossFor(Task.REGRESSION)) {
      case MAE -> Math::abs;
      case HUBER -> error -> huber(Math.abs(error), delta);
      case MSE -> error -> error * error;
      default ->
          throw new IllegalArgumentException(
              "model.loss %s is not a loss of a value; use mse, mae or huber"
                  .formatted(model.loss()));
    };
  }

  private static double huber(double distance, double delta) {
    return distance <= delta ? distance * distance / 2 : delta * (distance - delta / 2);
  }
}

package io.millrace.trainer.training;

/**
 * Loss or gradient is not finite for every sample of a step, so the cause is the weights, not a
 * sample. The weights are those before the step.
 */
public final class DivergedException extends TrainingException {
  private static final long serialVersionUID = 1L;

  DivergedException(long step, double learningRate, int samples, String reason) {
    super(
        ("step %d: %s for all %d samples at learning rate %s; the weights are as before the step."
                + " Lower training.learning_rate, set training.max_grad_norm (1.0 is common), or go"
                + " back to an earlier checkpoint")
            .formatted(step, reason, samples, learningRate));
  }
}

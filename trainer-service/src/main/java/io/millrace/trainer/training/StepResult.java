package io.millrace.trainer.training;

import java.util.List;

/**
 * The result of a step.
 *
 * @param step its number, from 1
 * @param loss weighted mean over the samples trained on, before the update; 0 if all weights are 0
 * @param gradientNorm L2, over all parameters, before clipping
 * @param learningRate of this step
 * @param samples how many were trained on
 * @param poisoned the samples left out, by batch and sample
 * @param splits how many times memory ran out and the step started again with smaller passes
 */
public record StepResult(
    long step,
    double loss,
    double gradientNorm,
    double learningRate,
    int samples,
    List<PoisonedSample> poisoned,
    int splits) {

  public StepResult {
    poisoned = List.copyOf(poisoned);
  }
}

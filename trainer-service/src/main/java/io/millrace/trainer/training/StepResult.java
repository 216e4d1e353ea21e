package io.millrace.trainer.training;

import java.util.List;

/**
 * What came of a step.
 *
 * @param step its number, from 1
 * @param loss weighted mean over the samples that trained, before the update; 0 if none weighs
 * @param gradientNorm L2, over all parameters, before clipping
 * @param learningRate of this step
 * @param samples how many trained
 * @param poisoned those left out, by batch and sample
 * @param splits how many times memory ran out and the step began anew with smaller passes
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

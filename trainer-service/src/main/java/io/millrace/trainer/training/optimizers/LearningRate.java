package io.millrace.trainer.training.optimizers;

import io.millrace.schemas.config.TrainingConfig;
import io.millrace.schemas.config.TrainingConfig.Schedule;

/**
 * The learning rate of each step, by the formulas of Hugging Face's {@code get_scheduler}.
 *
 * @param peak the rate that the schedule scales, > 0
 * @param warmupSteps over which the rate rises from 0, where the schedule has a warmup
 * @param maxSteps where linear and cosine reach 0; not read by the others
 */
public record LearningRate(Schedule schedule, double peak, long warmupSteps, long maxSteps) {
  private static final double DEFAULT_TIMESCALE_STEPS = 10_000;

  public static LearningRate of(TrainingConfig training) {
    return new LearningRate(
        training.lrSchedulerType(),
        training.learningRate(),
        training.warmupSteps(),
        training.maxSteps());
  }

  /**
   * The rate of a step.
   *
   * @param step how many steps have been taken before it, >= 0
   */
  public double at(long step) {
    return peak * factor(step);
  }

  private double factor(long step) {
    if (schedule == Schedule.CONSTANT) {
      return 1;
    }
    if (step < warmupSteps) {
      return step / (double) Math.max(1, warmupSteps);
    }
    return switch (schedule) {
      case CONSTANT, CONSTANT_WITH_WARMUP -> 1;
      case LINEAR -> Math.max(0, (maxSteps - step) / (double) Math.max(1, maxSteps - warmupSteps));
      case COSINE -> cosine((step - warmupSteps) / (double) Math.max(1, maxSteps - warmupSteps));
      case INVERSE_SQRT -> inverseSqrt(step);
    };
  }

  private static double cosine(double progress) {
    // beyond the end a cosine would rise again
    return progress >= 1 ? 0 : Math.max(0, 0.5 * (1 + Math.cos(Math.PI * progress)));
  }

  private double inverseSqrt(long step) {
    double timescale = warmupSteps > 0 ? warmupSteps : DEFAULT_TIMESCALE_STEPS;
    return 1 / Math.sqrt((step + timescale - warmupSteps) / timescale);
  }
}

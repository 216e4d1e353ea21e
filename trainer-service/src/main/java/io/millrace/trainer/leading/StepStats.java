package io.millrace.trainer.leading;

import io.millrace.schemas.proto.TrainMetrics;
import io.millrace.schemas.time.Clock;
import io.millrace.trainer.training.StepResult;
import java.util.Arrays;

/** Statistics of the steps since the last {@link #take}. Confined to one thread. */
final class StepStats {
  private static final int RECENT = 1024;

  private final Clock clock;
  private final long[] recentNanos = new long[RECENT];
  private int steps;
  private long samples;
  private double weightedLoss;
  private double learningRate;
  private double gradientNorm;
  private long sinceNanos;

  StepStats(Clock clock) {
    this.clock = clock;
    this.sinceNanos = clock.nanos();
  }

  void add(StepResult result, long nanos) {
    recentNanos[steps % RECENT] = nanos;
    steps++;
    samples += result.samples();
    weightedLoss += result.loss() * result.samples();
    learningRate = result.learningRate();
    gradientNorm = result.gradientNorm();
  }

  /** Returns the metrics and starts again from zero. */
  TrainMetrics take() {
    TrainMetrics metrics = metrics();
    steps = 0;
    samples = 0;
    weightedLoss = 0;
    sinceNanos = clock.nanos();
    return metrics;
  }

  TrainMetrics metrics() {
    long[] sorted = Arrays.copyOf(recentNanos, Math.min(steps, RECENT));
    Arrays.sort(sorted);
    double seconds = Math.max(1, clock.nanos() - sinceNanos) / 1e9;
    return TrainMetrics.newBuilder()
        .setLoss(samples == 0 ? 0 : weightedLoss / samples)
        .setLearningRate(learningRate)
        .setGradientNorm(gradientNorm)
        .setSamplesPerSecond(samples / seconds)
        .setStepMsP50(quantileMs(sorted, 0.5))
        .setStepMsP99(quantileMs(sorted, 0.99))
        .build();
  }

  private static double quantileMs(long[] sorted, double quantile) {
    return sorted.length == 0
        ? 0
        : sorted[(int) Math.min(sorted.length - 1, quantile * sorted.length)] / 1e6;
  }
}

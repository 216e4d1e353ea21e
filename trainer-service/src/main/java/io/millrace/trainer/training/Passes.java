package io.millrace.trainer.training;

import io.millrace.trainer.training.optimizers.GradientNorm;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a step's passes on the replicas, in turn by batch, and leaves the sum of their gradients on
 * the first. Changes only the gradients and, if the model has them, the running statistics.
 */
final class Passes {
  private static final long DRAW_STRIDE = 1L << 40;

  private final List<Replica> replicas;
  private final MemoryGuard memory;
  private final long seed;
  private int lastPassSize;

  /** The sums over all passes. */
  record PassSums(double weightedLoss, double gradientNorm) {
    boolean isFinite() {
      return Double.isFinite(weightedLoss) && Double.isFinite(gradientNorm);
    }

    String problem() {
      return Double.isFinite(weightedLoss)
          ? "the gradient is not finite"
          : "the loss is not finite";
    }
  }

  Passes(List<Replica> replicas, MemoryGuard memory, long seed) {
    this.replicas = replicas;
    this.memory = memory;
    this.seed = seed;
  }

  /** The number of samples of the last pass, also if it failed. */
  int lastPassSize() {
    return lastPassSize;
  }

  /**
   * Starts from a gradient of zero.
   *
   * @param step number of the step, from 1; with a pass's index it determines the dropout
   */
  PassSums run(List<StepPlan.Pass> passes, double scale, long step) {
    return run(passes, scale, step, 0);
  }

  /**
   * @param draw 0 for the step itself; other values draw other dropout for the same index
   */
  PassSums run(List<StepPlan.Pass> passes, double scale, long step, int draw) {
    replicas.forEach(replica -> replica.parameters().clearGradient());
    double weightedLoss = 0;
    List<PassLosses> open = new ArrayList<>();
    try {
      for (int i = 0; i < passes.size(); i++) {
        StepPlan.Pass pass = passes.get(i);
        lastPassSize = pass.size();
        memory.beforePass(pass.size());
        Replica replica = replicas.get(pass.batch() % replicas.size());
        open.add(replica.run(pass, scale, dropoutSeed(step, i + draw * DRAW_STRIDE)));
        if (open.size() == replicas.size()) {
          weightedLoss += drain(open);
        }
      }
      weightedLoss += drain(open);
    } finally {
      open.forEach(PassLosses::close);
    }
    Replica first = replicas.get(0);
    replicas.stream().skip(1).forEach(first::addGradientOf);
    return new PassSums(weightedLoss, GradientNorm.of(first.parameters().gradient()));
  }

  private static double drain(List<PassLosses> open) {
    double sum = 0;
    for (PassLosses losses : open) {
      sum += losses.weightedSum();
    }
    open.forEach(PassLosses::close);
    open.clear();
    return sum;
  }

  /* SplitMix64's finaliser over the three: neighbours share no bits. */
  private long dropoutSeed(long step, long pass) {
    return mix(mix(mix(seed) + step) + pass);
  }

  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}

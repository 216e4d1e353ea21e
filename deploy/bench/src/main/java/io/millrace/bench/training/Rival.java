package io.millrace.bench.training;

/** Trains on the bench's samples. Confined to one thread. */
interface Rival extends AutoCloseable {
  /**
   * Takes the next step.
   *
   * @param wantsLoss whether to compute the loss
   * @return the loss before the step, if wanted
   */
  double step(boolean wantsLoss);

  @Override
  void close();

  /** Takes steps and returns their rate per second. */
  default double rate(int steps) {
    long start = System.nanoTime();
    for (int i = 0; i < steps; i++) {
      step(false);
    }
    return steps / ((System.nanoTime() - start) / 1e9);
  }

  /** Takes steps and returns their mean loss. */
  default double loss(int steps) {
    double sum = 0;
    for (int i = 0; i < steps; i++) {
      sum += step(true);
    }
    return sum / steps;
  }
}

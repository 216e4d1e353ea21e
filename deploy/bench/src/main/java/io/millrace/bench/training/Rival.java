package io.millrace.bench.training;

/** Something that takes steps on the bench's samples. Confined to one thread. */
interface Rival extends AutoCloseable {
  /**
   * Takes the next step.
   *
   * @return the loss before it, where wanted
   */
  double step(boolean wantsLoss);

  @Override
  void close();

  /** Takes steps and gives their rate per second. */
  default double rate(int steps) {
    long start = System.nanoTime();
    for (int i = 0; i < steps; i++) {
      step(false);
    }
    return steps / ((System.nanoTime() - start) / 1e9);
  }

  /** Takes steps and gives their mean loss. */
  default double loss(int steps) {
    double sum = 0;
    for (int i = 0; i < steps; i++) {
      sum += step(true);
    }
    return sum / steps;
  }
}

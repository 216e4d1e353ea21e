package io.millrace.eval.metrics;

/**
 * The sum of -log(probability) over many samples, with few logarithms: probabilities of samples of
 * weight 1 are multiplied, and the logarithm of the product is taken before it becomes too small.
 * As exact as adding the logarithms. Confined to one thread.
 */
final class LogLoss {
  /* Far above the smallest double: multiplying by one more probability does not lose bits. */
  private static final double SMALLEST = 1e-200;

  private double sum;
  private double product = 1;

  /**
   * Adds a sample.
   *
   * @param probability of the label's class, at least 1e-100
   */
  void add(double probability, double weight) {
    if (weight != 1) {
      sum -= weight * Math.log(probability);
      return;
    }
    product *= probability;
    if (product < SMALLEST) {
      takeLogarithm();
    }
  }

  private void takeLogarithm() {
    sum -= Math.log(product);
    product = 1;
  }

  double sum() {
    takeLogarithm();
    return sum;
  }

  void clear() {
    sum = 0;
    product = 1;
  }
}

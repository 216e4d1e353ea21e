package io.millrace.eval.metrics;

/**
 * A number with an error bound.
 *
 * @param bound the exact value is at most this far from {@code value}
 */
record Estimate(double value, double bound) {

  static Estimate between(double low, double high) {
    return new Estimate((low + high) / 2, (high - low) / 2);
  }
}

package io.millrace.trainer.tuning;

import java.util.OptionalDouble;

/**
 * The gradient noise scale: about how many samples a step can take before more of them stop
 * helping. Confined to one thread.
 */
public final class NoiseScale {
  /*
   * McCandlish, Kaplan, Amodei and others, An Empirical Model of Large-Batch Training (2018,
   * arXiv:1812.06162), equations 2.9 and A.1 to A.4. With G the true gradient and S the trace of the
   * covariance of one sample's gradient, the gradient g_B of a batch of B has
   *
   *   E |g_B|^2 = |G|^2 + S / B,
   *
   * so that two batch sizes b < B give both without bias:
   *
   *   |G|^2 = (B |g_B|^2 - b |g_b|^2) / (B - b),     S = (|g_b|^2 - |g_B|^2) / (1/b - 1/B).
   *
   * The simple noise scale is S / |G|^2. Each is averaged by itself before they are divided: the
   * quotient of noisy values would be biased.
   */
  private double smallSquares;
  private double bigSquares;
  private int small;
  private int big;
  private int count;

  /**
   * Adds a measurement at one state of the weights.
   *
   * @param smallSamples samples of the small batches, the same at every call
   * @param smallSquared mean of |gradient|^2 over small batches
   * @param bigSamples samples of the big batch, more than of a small one, the same at every call
   * @param bigSquared |gradient|^2 of the big batch
   */
  public void add(int smallSamples, double smallSquared, int bigSamples, double bigSquared) {
    if (bigSamples <= smallSamples || (count > 0 && (smallSamples != small || bigSamples != big))) {
      throw new IllegalArgumentException(
          "batches of %d and %d after %d of %d and %d"
              .formatted(smallSamples, bigSamples, count, small, big));
    }
    small = smallSamples;
    big = bigSamples;
    smallSquares += smallSquared;
    bigSquares += bigSquared;
    count++;
  }

  /** The number of measurements. */
  public int count() {
    return count;
  }

  /** In samples; empty if the gradient does not exceed its noise, or if nothing was measured. */
  public OptionalDouble samples() {
    if (count == 0) {
      return OptionalDouble.empty();
    }
    double gradient = (big * bigSquares - small * smallSquares) / (big - small) / count;
    double noise = (smallSquares - bigSquares) / (1.0 / small - 1.0 / big) / count;
    return gradient > 0 && noise >= 0 && Double.isFinite(noise / gradient)
        ? OptionalDouble.of(noise / gradient)
        : OptionalDouble.empty();
  }
}

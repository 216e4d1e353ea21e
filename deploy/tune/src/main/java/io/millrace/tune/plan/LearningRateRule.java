package io.millrace.tune.plan;

import java.util.Locale;

/** How the learning rate goes with the batch size. */
public enum LearningRateRule {
  /** The same rate at every size. */
  KEPT,
  /** With the square root of the size. */
  SQRT,
  /** In proportion to the size. */
  LINEAR;

  /**
   * The rate at a size.
   *
   * @param rate that goes with {@code baseBatch}
   */
  public double rate(double rate, int baseBatch, int batch) {
    double ratio = (double) batch / baseBatch;
    return switch (this) {
      case KEPT -> rate;
      case SQRT -> rate * Math.sqrt(ratio);
      case LINEAR -> rate * ratio;
    };
  }

  /** As in tables and JSON. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package io.millrace.tune.plan;

import java.util.Locale;

/** How the learning rate changes with the batch size. */
public enum LearningRateRule {
  /** The same rate at every size. */
  KEPT,
  /** Proportional to the square root of the size. */
  SQRT,
  /** Proportional to the size. */
  LINEAR;

  /**
   * The rate at a batch size.
   *
   * @param rate the rate at {@code baseBatch}
   */
  public double rate(double rate, int baseBatch, int batch) {
    double ratio = (double) batch / baseBatch;
    return switch (this) {
      case KEPT -> rate;
      case SQRT -> rate * Math.sqrt(ratio);
      case LINEAR -> rate * ratio;
    };
  }

  /** The rule's name in tables and JSON. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package io.millrace.eval.promotion;

import java.util.Locale;

/**
 * The figures on which the outcome of a trial is based.
 *
 * @param number of the trial, from 1
 * @param alpha its level
 * @param count paired samples
 * @param windows event-time windows they span, counted up to 1000 (or {@code min_windows})
 * @param meanDifference challenger's loss minus champion's
 * @param lower bound of the confidence sequence; minus infinity without a sample
 * @param upper bound of the confidence sequence; infinity without a sample
 * @param clippedShare of the differences
 */
public record Figures(
    long number,
    double alpha,
    long count,
    int windows,
    double meanDifference,
    double lower,
    double upper,
    double clippedShare) {

  /** The reason of a decision, as text. */
  public String reason(TrialOutcome outcome) {
    String found =
        String.format(
            Locale.ROOT,
            "loss differs by %.5f (%.5f to %.5f at level %.2g) on %d samples of %d windows",
            meanDifference,
            lower,
            upper,
            alpha,
            count,
            windows);
    return switch (outcome) {
      case UNDECIDED -> "undecided: " + found;
      case PROMOTE -> "better: " + found;
      case REJECT -> "worse: " + found;
      case TIME_OUT -> "no difference shown within promotion.max_samples: " + found;
    };
  }
}

package io.millrace.eval.promotion;

/** The outcome of a trial so far. */
public enum TrialOutcome {
  UNDECIDED,
  /** The challenger's loss is lower. */
  PROMOTE,
  /** The challenger's loss is higher. */
  REJECT,
  /** Neither could be shown within {@code promotion.max_samples}. */
  TIME_OUT
}

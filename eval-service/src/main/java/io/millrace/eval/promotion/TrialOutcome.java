package io.millrace.eval.promotion;

/** What a trial has come to. */
public enum TrialOutcome {
  UNDECIDED,
  /** The challenger's loss is lower. */
  PROMOTE,
  /** The challenger's loss is higher. */
  REJECT,
  /** Neither could be shown with the samples it was given. */
  TIME_OUT
}

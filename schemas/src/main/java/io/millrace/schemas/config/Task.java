package io.millrace.schemas.config;

/** The kind of prediction that the label requires. */
public enum Task {
  /** One output, the log-odds or probability of "yes". */
  BINARY,
  /** One output per class. */
  MULTICLASS,
  /** One output, a value. */
  REGRESSION
}

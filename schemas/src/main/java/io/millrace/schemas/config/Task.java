package io.millrace.schemas.config;

/** What kind of prediction the label asks for. */
public enum Task {
  /** One output, the log-odds or probability of "yes". */
  BINARY,
  /** One output per class. */
  MULTICLASS,
  /** One output, a value. */
  REGRESSION
}

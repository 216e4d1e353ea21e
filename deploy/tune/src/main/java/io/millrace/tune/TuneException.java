package io.millrace.tune;

/** Tuning cannot continue. The message states what to do. */
public final class TuneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TuneException(String message) {
    super(message);
  }

  TuneException(String message, Throwable cause) {
    super(message, cause);
  }
}

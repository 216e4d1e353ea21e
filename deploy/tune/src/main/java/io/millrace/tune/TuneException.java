package io.millrace.tune;

/** Thrown when tuning cannot go on; the message says what to do. */
public final class TuneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TuneException(String message) {
    super(message);
  }

  TuneException(String message, Throwable cause) {
    super(message, cause);
  }
}

package io.millrace.schemas.ops;

/** The ops endpoint could not start. The message states why and what to do about it. */
public final class OpsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OpsException(String message, Throwable cause) {
    super(message, cause);
  }
}

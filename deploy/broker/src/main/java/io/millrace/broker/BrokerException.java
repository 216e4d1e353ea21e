package io.millrace.broker;

import org.jspecify.annotations.Nullable;

/** The broker could not start: the message says what stands in the way and what to do about it. */
public final class BrokerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BrokerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

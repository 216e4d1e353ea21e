package io.millrace.broker;

import org.jspecify.annotations.Nullable;

/** The broker could not start. The message states the obstacle and what to do about it. */
public final class BrokerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BrokerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

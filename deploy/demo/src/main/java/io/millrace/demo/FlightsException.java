package io.millrace.demo;

import org.jspecify.annotations.Nullable;

/** Flights cannot be read. The message states what to do. */
public final class FlightsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FlightsException(String message) {
    this(message, null);
  }

  FlightsException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

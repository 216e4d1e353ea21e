package io.millrace.local.replay;

import org.jspecify.annotations.Nullable;

/** Records cannot be read, or not be replayed onto this topic; the message says what to do. */
public final class ReplayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ReplayException(String message) {
    this(message, null);
  }

  ReplayException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

package io.millrace.records;

import org.jspecify.annotations.Nullable;

/** Records cannot be read, or cannot be sent to this topic. The message states what to do. */
public final class RecordsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RecordsException(String message) {
    this(message, null);
  }

  RecordsException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

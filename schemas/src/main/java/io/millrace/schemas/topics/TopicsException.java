package io.millrace.schemas.topics;

import io.millrace.schemas.kafka.AnswerException;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline's topics are missing, have unsuitable settings, or cannot be described. Correct them
 * and start again.
 */
public final class TopicsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TopicsException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  static TopicsException of(AnswerException failure) {
    return new TopicsException(String.valueOf(failure.getMessage()), failure);
  }
}

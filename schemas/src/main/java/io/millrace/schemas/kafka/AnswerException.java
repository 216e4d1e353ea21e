package io.millrace.schemas.kafka;

import org.apache.kafka.common.KafkaException;

/**
 * Kafka did not answer a request, or refused it. The message names what failed, what was answered
 * and what to do; the cause is the client's exception.
 */
public final class AnswerException extends KafkaException {
  private static final long serialVersionUID = 1L;

  /** The kind of the answer. */
  public enum Kind {
    UNKNOWN_TOPIC,
    NOT_AUTHORIZED,
    /** No answer, or no record, arrived in time. */
    TIMED_OUT,
    /** The waiting thread was interrupted; its interrupt flag is set again. */
    INTERRUPTED,
    /** Anything else; the message names it. */
    REFUSED
  }

  private final Kind kind;

  AnswerException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  AnswerException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}

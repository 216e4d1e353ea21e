package io.millrace.schemas.topics;

import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline's topics are not there, not fit, or cannot be asked for. Mend them and start again.
 */
public final class TopicsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TopicsException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * The samples' topic could not be described.
   *
   * @param cause as the admin client reported it
   */
  public static TopicsException notDescribed(String topic, Throwable cause) {
    return new TopicsException(
        "samples.topic: '%s' %s".formatted(topic, foundAndRemedy(cause)), cause);
  }

  private static String foundAndRemedy(Throwable cause) {
    String found = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    if (cause instanceof UnknownTopicOrPartitionException) {
      return "does not exist; create it, or correct samples.topic";
    }
    if (cause instanceof TimeoutException
        || cause instanceof java.util.concurrent.TimeoutException) {
      return "could not be described in time (%s); check kafka.bootstrap.servers and whether its brokers can be reached"
          .formatted(found);
    }
    if (cause instanceof AuthorizationException) {
      return "may not be described by this user (%s); allow DESCRIBE and READ on the topic"
          .formatted(found);
    }
    if (cause instanceof AuthenticationException) {
      return "could not be described: the brokers refused the log-in (%s); check the security settings below kafka"
          .formatted(found);
    }
    return "could not be described (%s); see the log of the brokers".formatted(cause);
  }
}

package io.millrace.schemas.kafka;

import io.millrace.schemas.kafka.AnswerException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Waits for the answers of a Kafka cluster. All methods block the calling thread for at most {@link
 * #PATIENCE}, and throw {@link AnswerException} with one style of message: {@code <what failed>:
 * <what was answered>; <what to do>}. The caller owns the admin clients.
 */
public final class Answers {
  /** As long as an admin client retries by default. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private Answers() {}

  /**
   * Waits for an answer and returns it.
   *
   * @param failure what has failed if there is no answer, for example {@code "topic a could not be
   *     created"}
   * @throws AnswerException if Kafka refuses or does not answer; its cause is Kafka's exception
   */
  public static <T> T await(Future<T> answer, String failure) {
    return await(answer, failure, PATIENCE, Optional.empty());
  }

  /**
   * As {@link #await(Future, String)}.
   *
   * @param remedy what to do about an answer that is neither a missing permission nor a time-out
   */
  public static <T> T await(Future<T> answer, String failure, String remedy) {
    return await(answer, failure, PATIENCE, Optional.of(remedy));
  }

  /**
   * Returns a topic's id and partitions.
   *
   * @param setting the setting that names the topic, for the message, for example {@code
   *     samples.topic}
   * @throws AnswerException of kind {@link Kind#UNKNOWN_TOPIC} if the topic does not exist
   */
  public static TopicDescription describe(Admin admin, String topic, String setting) {
    try {
      return await(
              admin.describeTopics(List.of(topic)).allTopicNames(),
              "topic " + topic + " could not be described")
          .values()
          .iterator()
          .next();
    } catch (AnswerException e) {
      throw e.kind() == Kind.UNKNOWN_TOPIC
          ? new AnswerException(
              Kind.UNKNOWN_TOPIC,
              "topic %s does not exist; create it, or correct %s".formatted(topic, setting),
              e.getCause() == null ? e : e.getCause())
          : e;
    }
  }

  /** The value of a topic's setting in force; empty if the broker does not know the setting. */
  public static Optional<String> setting(Admin admin, String topic, String setting) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return Optional.ofNullable(
            await(
                    admin.describeConfigs(List.of(resource)).all(),
                    "settings of topic " + topic + " could not be read")
                .values()
                .iterator()
                .next()
                .get(setting))
        .map(ConfigEntry::value);
  }

  static <T> T await(Future<T> answer, String failure, Duration patience, Optional<String> remedy) {
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw failed(kind(cause), failure, said(cause), cause, remedy);
    } catch (TimeoutException e) {
      throw failed(Kind.TIMED_OUT, failure, "after " + patience.toSeconds() + " s", e, remedy);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(Kind.INTERRUPTED, failure, "", e, remedy);
    }
  }

  private static Kind kind(Throwable cause) {
    if (cause instanceof UnknownTopicOrPartitionException) {
      return Kind.UNKNOWN_TOPIC;
    }
    if (cause instanceof AuthorizationException) {
      return Kind.NOT_AUTHORIZED;
    }
    return cause instanceof org.apache.kafka.common.errors.TimeoutException
        ? Kind.TIMED_OUT
        : Kind.REFUSED;
  }

  private static String said(Throwable cause) {
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  private static AnswerException failed(
      Kind kind, String failure, String said, Throwable cause, Optional<String> remedy) {
    String elsewhere =
        remedy.orElse("check kafka.bootstrap.servers, its security settings and permissions");
    String end =
        switch (kind) {
          case UNKNOWN_TOPIC -> ": does not exist (" + said + "); " + remedy.orElse("create it");
          case NOT_AUTHORIZED ->
              ": not authorized (" + said + "); grant the permission, or check kafka's user";
          case TIMED_OUT ->
              ": no answer in time ("
                  + said
                  + "); check that the brokers run, and kafka.bootstrap.servers";
          case INTERRUPTED -> ": interrupted while waiting for Kafka; run it again";
          case REFUSED -> ": " + said + "; " + elsewhere;
        };
    return new AnswerException(kind, failure + end, cause);
  }
}

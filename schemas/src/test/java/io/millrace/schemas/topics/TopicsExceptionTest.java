package io.millrace.schemas.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TopicsExceptionTest {
  static Stream<Arguments> failures() {
    return Stream.of(
        arguments(
            new UnknownTopicOrPartitionException("This server does not host it."),
            "samples.topic: 'flights' does not exist; create it, or correct samples.topic"),
        arguments(
            new TimeoutException("Timed out waiting for a node assignment."),
            "samples.topic: 'flights' could not be described in time (Timed out waiting for a node assignment.);"
                + " check kafka.bootstrap.servers and whether its brokers can be reached"),
        arguments(
            new java.util.concurrent.TimeoutException(),
            "samples.topic: 'flights' could not be described in time (java.util.concurrent.TimeoutException);"
                + " check kafka.bootstrap.servers and whether its brokers can be reached"),
        arguments(
            new TopicAuthorizationException("Topic authorization failed."),
            "samples.topic: 'flights' may not be described by this user (Topic authorization failed.);"
                + " allow DESCRIBE and READ on the topic"),
        arguments(
            new SaslAuthenticationException("Authentication failed."),
            "samples.topic: 'flights' could not be described: the brokers refused the log-in (Authentication failed.);"
                + " check the security settings below kafka"),
        arguments(
            new DisconnectException("gone"),
            "samples.topic: 'flights' could not be described (org.apache.kafka.common.errors.DisconnectException: gone);"
                + " see the log of the brokers"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void eachFailureIsReportedAsWhatItIsWithWhatToDo(Exception cause, String message) {
    // when
    TopicsException reported = TopicsException.notDescribed("flights", cause);

    // then
    assertThat(reported).hasMessage(message).hasCause(cause);
  }
}

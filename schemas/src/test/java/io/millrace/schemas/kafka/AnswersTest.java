package io.millrace.schemas.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.kafka.AnswerException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class AnswersTest {
  @Test
  void eachKindOfAnswerNamesTheQuestionTheAnswerAndWhatToDo() {
    AnswerException refused = failing(new InvalidPartitionsException("0 partitions"));
    AnswerException denied = failing(new TopicAuthorizationException("denied: a"));
    AnswerException late = failing(new TimeoutException("call timed out"));

    assertThat(refused)
        .hasMessage(
            "topic a could not be created: 0 partitions; check kafka.bootstrap.servers, its security settings and permissions")
        .cause()
        .isInstanceOf(InvalidPartitionsException.class);
    assertThat(refused.kind()).isEqualTo(Kind.REFUSED);
    assertThat(denied)
        .hasMessageStartingWith("topic a could not be created: not authorized (denied: a); grant");
    assertThat(denied.kind()).isEqualTo(Kind.NOT_AUTHORIZED);
    assertThat(late)
        .hasMessageStartingWith(
            "topic a could not be created: no answer in time (call timed out); check");
    assertThat(late.kind()).isEqualTo(Kind.TIMED_OUT);
  }

  @Test
  void anAnswerThatDoesNotComeIsGivenUp() {
    // given
    CompletableFuture<String> never = new CompletableFuture<>();

    // when
    AnswerException failure =
        catchThrowableOfType(
            AnswerException.class,
            () -> Answers.await(never, "it failed", Duration.ofMillis(1), Optional.empty()));

    // then
    assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
    assertThat(failure).hasMessageStartingWith("it failed: no answer in time (after 0 s); check");
  }

  @Test
  void anInterruptedWaitLeavesTheFlagSet() {
    // given
    Thread.currentThread().interrupt();

    // when
    AnswerException failure =
        catchThrowableOfType(
            AnswerException.class, () -> Answers.await(new CompletableFuture<>(), "it failed"));

    // then
    assertThat(Thread.interrupted()).isTrue();
    assertThat(failure.kind()).isEqualTo(Kind.INTERRUPTED);
  }

  @Test
  void aTopicIsDescribedOrNamedWithTheSettingThatNamesIt() {
    try (EmbeddedBroker broker = EmbeddedBroker.start();
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      Answers.await(admin.createTopics(List.of(new NewTopic("there", 3, (short) 1))).all(), "");

      // when
      AnswerException absent =
          catchThrowableOfType(
              AnswerException.class, () -> Answers.describe(admin, "absent", "samples.topic"));

      // then
      assertThat(Answers.describe(admin, "there", "samples.topic").partitions()).hasSize(3);
      assertThat(Answers.setting(admin, "there", "retention.ms")).hasValue("604800000");
      assertThat(Answers.setting(admin, "there", "no.such.setting")).isEmpty();
      assertThat(absent)
          .hasMessage("topic absent does not exist; create it, or correct samples.topic");
      assertThat(absent.kind()).isEqualTo(Kind.UNKNOWN_TOPIC);
    }
  }

  private static AnswerException failing(RuntimeException answer) {
    return catchThrowableOfType(
        AnswerException.class,
        () ->
            Answers.await(CompletableFuture.failedFuture(answer), "topic a could not be created"));
  }
}

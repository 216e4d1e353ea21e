package io.millrace.schemas.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.kafka.TopicFollower.OnFailure;
import io.millrace.schemas.kafka.TopicFollower.Start;
import io.millrace.schemas.kafka.TopicFollower.State;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

class TopicFollowerTest {
  private static EmbeddedBroker broker;

  private final Seen seen = new Seen();
  private BrokerTopic topic;
  private @Nullable TopicFollower follower;

  /** Records all calls; throws and refuses on request. */
  private static final class Seen implements TopicFollower.Listener {
    final List<String> events = new CopyOnWriteArrayList<>();
    final List<String> states = new CopyOnWriteArrayList<>();
    final AtomicInteger failures = new AtomicInteger();
    volatile Throwable failure = new IllegalStateException("not now");

    @Override
    public boolean onRecord(ConsumerRecord<byte[], byte[]> record) {
      String value = new String(record.value(), UTF_8);
      if (value.equals("bad")) {
        return false;
      }
      if (value.equals("hard") && failures.getAndDecrement() > 0) {
        throwUnchecked(failure);
      }
      events.add(value);
      return true;
    }

    @Override
    public void onCaughtUp() {
      events.add("caught up");
    }

    @Override
    public void onState(State now, @Nullable Throwable why) {
      states.add(why == null ? now.toString() : now + ": " + why.getMessage());
    }

    private static void throwUnchecked(Throwable failure) {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failure;
    }
  }

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void createTopic(TestInfo test) {
    topic = new BrokerTopic(broker, test.getTestMethod().orElseThrow().getName(), 1);
  }

  @AfterEach
  void close() {
    if (follower != null) {
      follower.close();
    }
    topic.close();
  }

  @Test
  void whatWasThereAtTheStartComesFirst() throws Exception {
    // given
    topic.append(0, "a", "b");

    // when
    TopicFollower started = start(OnFailure.FAIL);
    boolean caughtUp = started.awaitCaughtUp();
    topic.append(0, "c");

    // then
    assertThat(caughtUp).isTrue();
    await().until(() -> seen.events.size() == 4);
    assertThat(seen.events).containsExactly("a", "b", "caught up", "c");
    assertThat(started.state()).isEqualTo(State.FOLLOWING);
  }

  @Test
  void anUnreadableRecordIsSkippedAndCounted() throws Exception {
    // given
    topic.append(0, "bad", "b");

    // when
    TopicFollower started = start(OnFailure.FAIL);
    started.awaitCaughtUp();

    // then
    assertThat(seen.events).containsExactly("b", "caught up");
    assertThat(started.skipped()).isEqualTo(1);
  }

  @Test
  void retryingGoesOnWhereItFailedWithoutLossOrRepetition() throws Exception {
    // given: the second of three records fails twice
    seen.failures.set(2);
    topic.append(0, "a", "hard", "c");

    // when
    TopicFollower started = start(OnFailure.RETRY);

    // then
    assertThat(started.awaitCaughtUp()).isTrue();
    assertThat(seen.events).containsExactly("a", "hard", "c", "caught up");
    assertThat(seen.states).containsExactly("RETRYING: not now", "RETRYING: not now", "FOLLOWING");
  }

  @Test
  void retryingOutlivesAnError() throws Exception {
    // given
    seen.failures.set(1);
    seen.failure = new OutOfMemoryError("heap");
    topic.append(0, "hard", "b");

    // when
    TopicFollower started = start(OnFailure.RETRY);

    // then
    assertThat(started.awaitCaughtUp()).isTrue();
    assertThat(seen.states).containsExactly("RETRYING: heap", "FOLLOWING");
  }

  @Test
  void failingEndsAndReportsTheReason() throws Exception {
    // given
    seen.failures.set(1);
    topic.append(0, "a", "hard");

    // when
    TopicFollower started = start(OnFailure.FAIL);
    boolean caughtUp = started.awaitCaughtUp();

    // then
    assertThat(caughtUp).isFalse();
    assertThat(seen.events).containsExactly("a");
    assertThat(seen.states).containsExactly("FAILED: not now");
    assertThat(started.state()).isEqualTo(State.FAILED);
    await().until(this::isConsumerClosed);
  }

  @Test
  void aTopicThatDoesNotExistIsThrownByTheStart() {
    assertThatThrownBy(
            () ->
                TopicFollower.start(
                    "follower",
                    topic.consumer,
                    List.of("absent"),
                    Start.BEGINNING,
                    OnFailure.FAIL,
                    seen))
        .hasMessage("topic absent does not exist; create it");
    assertThat(isConsumerClosed()).isTrue();
  }

  @Test
  void itBeginsWhereTheOwnerWants() throws Exception {
    // given
    topic.append(0, "a", "b");

    // when
    follower =
        TopicFollower.start(
            "follower",
            topic.consumer,
            List.of(topic.name()),
            (partition, begin, end) -> end - 1,
            OnFailure.FAIL,
            seen);

    // then
    assertThat(follower.awaitCaughtUp()).isTrue();
    assertThat(seen.events).containsExactly("b", "caught up");
  }

  @Test
  void closingEndsItAndItsPositionIsItsOwnThreads() throws Exception {
    // given
    TopicFollower started = start(OnFailure.RETRY);

    // when
    started.close();

    // then
    assertThat(started.state()).isEqualTo(State.CLOSED);
    assertThat(isConsumerClosed()).isTrue();
    assertThat(started.awaitCaughtUp()).isFalse();
    assertThatThrownBy(started::isAtEnd)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is confined to thread 'follower'");
  }

  private TopicFollower start(OnFailure onFailure) {
    TopicFollower started =
        TopicFollower.start(
            "follower", topic.consumer, List.of(topic.name()), Start.BEGINNING, onFailure, seen);
    follower = started;
    return started;
  }

  /** A closed consumer refuses every call. */
  private boolean isConsumerClosed() {
    try {
      topic.consumer.assignment();
      return false;
    } catch (IllegalStateException e) {
      return String.valueOf(e.getMessage()).contains("closed");
    } catch (java.util.ConcurrentModificationException e) {
      return false;
    }
  }
}

package io.millrace.schemas.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.schemas.kafka.TopicFollower.OnFailure;
import io.millrace.schemas.kafka.TopicFollower.Start;
import io.millrace.schemas.kafka.TopicFollower.State;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TopicFollowerTest {
  private static final TopicPartition PARTITION = new TopicPartition("t", 0);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final Seen seen = new Seen();
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

  @BeforeEach
  void fillTopic() {
    Node node = new Node(0, "localhost", 9092);
    Node[] nodes = {node};
    consumer.updatePartitions("t", List.of(new PartitionInfo("t", 0, node, nodes, nodes)));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, 2L));
  }

  @AfterEach
  void close() {
    if (follower != null) {
      follower.close();
    }
  }

  @Test
  void whatWasThereAtTheStartComesFirst() throws Exception {
    // given
    add(0, "a", "b");

    // when
    TopicFollower started = start(OnFailure.FAIL);
    boolean caughtUp = started.awaitCaughtUp();
    add(2, "c");

    // then
    assertThat(caughtUp).isTrue();
    await().until(() -> seen.events.size() == 4);
    assertThat(seen.events).containsExactly("a", "b", "caught up", "c");
    assertThat(started.state()).isEqualTo(State.FOLLOWING);
  }

  @Test
  void anUnreadableRecordIsSkippedAndCounted() throws Exception {
    // given
    add(0, "bad", "b");

    // when
    TopicFollower started = start(OnFailure.FAIL);
    started.awaitCaughtUp();

    // then
    assertThat(seen.events).containsExactly("b", "caught up");
    assertThat(started.skipped()).isEqualTo(1);
  }

  @Test
  void retryingGoesOnWhereItFailedWithoutLossOrRepetition() throws Exception {
    // given: Kafka fails once, then the second of three records twice
    seen.failures.set(2);
    consumer.updateEndOffsets(Map.of(PARTITION, 3L));
    consumer.schedulePollTask(() -> consumer.setPollException(new KafkaException("gone")));
    consumer.schedulePollTask(() -> add(0, "a", "hard", "c"));

    // when
    TopicFollower started = start(OnFailure.RETRY);

    // then
    assertThat(started.awaitCaughtUp()).isTrue();
    assertThat(seen.events).containsExactly("a", "hard", "c", "caught up");
    assertThat(seen.states)
        .containsExactly(
            "RETRYING: gone", "FOLLOWING", "RETRYING: not now", "RETRYING: not now", "FOLLOWING");
  }

  @Test
  void retryingOutlivesAnError() throws Exception {
    // given
    seen.failures.set(1);
    seen.failure = new OutOfMemoryError("heap");
    add(0, "hard", "b");

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
    add(0, "a", "hard");

    // when
    TopicFollower started = start(OnFailure.FAIL);
    boolean caughtUp = started.awaitCaughtUp();

    // then
    assertThat(caughtUp).isFalse();
    assertThat(seen.events).containsExactly("a");
    assertThat(seen.states).containsExactly("FAILED: not now");
    assertThat(started.state()).isEqualTo(State.FAILED);
    await().until(consumer::closed);
  }

  @Test
  void aTopicThatIsNotThereIsThrownByTheStart() {
    assertThatThrownBy(
            () ->
                TopicFollower.start(
                    "follower", consumer, List.of("absent"), Start.BEGINNING, OnFailure.FAIL, seen))
        .hasMessage("topic absent does not exist; create it");
    assertThat(consumer.closed()).isTrue();
  }

  @Test
  void itBeginsWhereTheOwnerWants() throws Exception {
    // given
    add(1, "b");

    // when
    follower =
        TopicFollower.start(
            "follower",
            consumer,
            List.of("t"),
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
    consumer.updateEndOffsets(Map.of(PARTITION, 0L));

    // when
    started.close();

    // then
    assertThat(started.state()).isEqualTo(State.CLOSED);
    assertThat(consumer.closed()).isTrue();
    assertThat(started.awaitCaughtUp()).isFalse();
    assertThatThrownBy(started::isAtEnd)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is confined to thread 'follower'");
  }

  private TopicFollower start(OnFailure onFailure) {
    TopicFollower started =
        TopicFollower.start("follower", consumer, List.of("t"), Start.BEGINNING, onFailure, seen);
    follower = started;
    return started;
  }

  /** Before the next poll, as records of an assigned partition come. */
  private void add(long first, String... values) {
    consumer.schedulePollTask(
        () -> {
          for (int i = 0; i < values.length; i++) {
            consumer.addRecord(
                new ConsumerRecord<>("t", 0, first + i, new byte[0], values[i].getBytes(UTF_8)));
          }
        });
  }
}

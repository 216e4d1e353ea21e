package io.millrace.schemas.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

class TopicReadTest {
  private static EmbeddedBroker broker;

  private final List<String> read = new ArrayList<>();
  private BrokerTopic topic;
  private TopicPartition first;
  private TopicPartition second;

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
    topic = new BrokerTopic(broker, test.getTestMethod().orElseThrow().getName(), 2);
    first = topic.partition(0);
    second = topic.partition(1);
    topic.consumer.assign(List.of(first, second));
  }

  @AfterEach
  void closeTopic() {
    topic.close();
  }

  @Test
  void allPartitionsAreReadFromTheirBeginningsToTheEndsAsOfNow() throws Exception {
    // given: a partition whose first record was deleted
    topic.append(0, "a", "b");
    topic.append(1, "c", "d");
    topic.trim(1, 1);

    // when
    new TopicRead<>(topic.consumer).readAll(List.of(first, second), this::note);

    // then
    assertThat(read).containsExactlyInAnyOrder("0/0", "0/1", "1/1");
  }

  @Test
  void whatLiesBeyondTheEndIsLeftToTheNextRead() throws Exception {
    // given
    topic.append(0, "a", "b", "c", "d");
    topic.consumer.seek(first, 0);

    // when
    new TopicRead<>(topic.consumer).readTo(Map.of(first, 2L), this::note);

    // then
    assertThat(read).containsExactly("0/0", "0/1");
    assertThat(topic.consumer.position(first)).isEqualTo(2);
  }

  @Test
  void aReadEndsAtTheLastRecordWanted() throws Exception {
    // given
    topic.append(0, "a", "b", "c");
    topic.consumer.seek(first, 0);

    // when
    boolean isEnd =
        new TopicRead<>(topic.consumer)
            .readWhile(
                Map.of(first, 3L),
                record -> {
                  note(record);
                  return record.offset() < 1;
                });

    // then
    assertThat(isEnd).isFalse();
    assertThat(read).containsExactly("0/0", "0/1");
  }

  @Test
  void aConsumerThatMakesNoProgressIsReportedWithItsOffset() throws Exception {
    // given: one record of two, and a clock that each look moves by ten seconds
    topic.append(0, "a");
    topic.consumer.seek(first, 0);
    AtomicLong nanos = new AtomicLong();
    Clock clock =
        new Clock() {
          @Override
          public long nanos() {
            return read.isEmpty() ? 0 : nanos.getAndAdd(10_000_000_000L);
          }

          @Override
          public long epochMs() {
            return 0;
          }
        };
    TopicRead<byte[]> reading = new TopicRead<>(topic.consumer, Duration.ofSeconds(60), clock);

    // when / then
    assertThatThrownBy(() -> reading.readTo(Map.of(first, 2L), this::note))
        .isInstanceOf(AnswerException.class)
        .hasMessage(first + " is at offset 1 of 2: no record for 60 s; check that the brokers run");
    assertThat(read).containsExactly("0/0");
    assertThat(nanos.get()).isGreaterThanOrEqualTo(60_000_000_000L);
  }

  private void note(ConsumerRecord<byte[], byte[]> record) {
    read.add(record.partition() + "/" + record.offset());
  }
}

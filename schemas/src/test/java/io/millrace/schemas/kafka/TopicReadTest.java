package io.millrace.schemas.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TopicReadTest {
  private static final TopicPartition FIRST = new TopicPartition("t", 0);
  private static final TopicPartition SECOND = new TopicPartition("t", 1);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final List<String> read = new ArrayList<>();

  @BeforeEach
  void assign() {
    consumer.assign(List.of(FIRST, SECOND));
    consumer.updateBeginningOffsets(Map.of(FIRST, 0L, SECOND, 5L));
  }

  @Test
  void allPartitionsAreReadFromTheirBeginningsToTheEndsAsOfNow() {
    // given
    consumer.updateEndOffsets(Map.of(FIRST, 2L, SECOND, 6L));
    add(FIRST, 0, 1);
    add(SECOND, 5);

    // when
    new TopicRead<>(consumer).readAll(List.of(FIRST, SECOND), this::note);

    // then
    assertThat(read).containsExactlyInAnyOrder("0/0", "0/1", "1/5");
  }

  @Test
  void whatLiesBeyondTheEndIsLeftToTheNextRead() {
    // given
    consumer.seek(FIRST, 0);
    add(FIRST, 0, 1, 2, 3);
    TopicRead<byte[]> topic = new TopicRead<>(consumer);

    // when
    topic.readTo(Map.of(FIRST, 2L), this::note);

    // then
    assertThat(read).containsExactly("0/0", "0/1");
    assertThat(consumer.position(FIRST)).isEqualTo(2);
  }

  @Test
  void aReadEndsAtTheLastRecordWanted() {
    // given
    consumer.seek(FIRST, 0);
    add(FIRST, 0, 1, 2);

    // when
    boolean isEnd =
        new TopicRead<>(consumer)
            .readWhile(
                Map.of(FIRST, 3L),
                record -> {
                  note(record);
                  return record.offset() < 1;
                });

    // then
    assertThat(isEnd).isFalse();
    assertThat(read).containsExactly("0/0", "0/1");
  }

  @Test
  void aConsumerThatStandsStillIsReportedWithWhereItStands() {
    // given: a clock that a poll moves by ten seconds, and a record after three of them
    AtomicLong nanos = new AtomicLong();
    consumer.seek(FIRST, 0);
    for (int i = 0; i < 3; i++) {
      consumer.schedulePollTask(() -> {});
    }
    consumer.schedulePollTask(() -> add(FIRST, 0));
    TopicRead<byte[]> topic =
        new TopicRead<>(consumer, Duration.ofSeconds(60), () -> nanos.getAndAdd(10_000_000_000L));

    // when / then: sixty seconds are counted from the record on
    assertThatThrownBy(() -> topic.readTo(Map.of(FIRST, 2L), this::note))
        .isInstanceOf(AnswerException.class)
        .hasMessage("t-0 is at offset 1 of 2: no record for 60 s; check that the brokers run");
    assertThat(read).containsExactly("0/0");
    assertThat(nanos.get()).isGreaterThanOrEqualTo(100_000_000_000L);
  }

  private void add(TopicPartition partition, long... offsets) {
    for (long offset : offsets) {
      consumer.addRecord(
          new ConsumerRecord<>(
              partition.topic(), partition.partition(), offset, new byte[0], new byte[0]));
    }
  }

  private void note(ConsumerRecord<byte[], byte[]> record) {
    read.add(record.partition() + "/" + record.offset());
  }
}

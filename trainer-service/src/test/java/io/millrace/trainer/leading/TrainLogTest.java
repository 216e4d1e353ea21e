package io.millrace.trainer.leading;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.time.ManualClock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrainLogTest {
  private final ManualClock clock = new ManualClock();

  /** Of a cluster that is never asked. */
  private final KafkaConsumer<byte[], byte[]> consumer =
      new KafkaConsumer<>(
          Map.of("bootstrap.servers", "127.0.0.1:1"),
          new ByteArrayDeserializer(),
          new ByteArrayDeserializer());

  private final TrainLog log = new TrainLog(consumer, new TopicPartition("p.train-log", 0), clock);

  @AfterEach
  void closeConsumer() {
    consumer.close();
  }

  @Test
  void aTrainerThatHasNotCalledForTenSecondsCountsAsHanging() {
    // when / then
    clock.advance(Duration.ofMillis(9_999));
    assertThat(log.isInUse()).isTrue();
    clock.advance(Duration.ofMillis(1));
    assertThat(log.isInUse()).isFalse();
  }

  @Test
  void aCallShowsThatTheTrainerIsAlive() {
    // given
    clock.advance(Duration.ofSeconds(20));

    // when
    assertThat(log.term()).isEmpty();

    // then
    assertThat(log.isInUse()).isTrue();
    clock.advance(Duration.ofSeconds(10));
    assertThat(log.isInUse()).isFalse();
    assertThat(log.poll(Duration.ZERO).isEmpty()).isTrue();
    assertThat(log.isInUse()).isTrue();
  }
}

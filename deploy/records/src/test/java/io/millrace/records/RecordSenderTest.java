package io.millrace.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.kafka.CommittedReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RecordSenderTest {
  private static final int PARTITIONS = 4;
  private static final RecordSender.Pace AT_ONCE = nanos -> Long.MAX_VALUE;

  private static EmbeddedBroker broker;
  private static Map<String, String> kafka;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start();
    kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
  }

  @AfterAll
  static void closeBroker() {
    broker.close();
  }

  @Test
  void recordNGoesToPartitionNModuloPAtTheBrokersTime() {
    // given
    create("in-order");

    // when
    start("in-order", records(1_001)).end().join();

    // then
    for (int partition = 0; partition < PARTITIONS; partition++) {
      assertThat(read("in-order", partition)).isEqualTo(expected(1_001, partition));
    }
  }

  @Test
  void aSecondSenderContinuesWhereTheTopicEnds() {
    // given
    create("goes-on");
    start("goes-on", records(1_001)).end().join();

    // when
    RecordSender second = start("goes-on", records(2_002));
    second.end().join();

    // then
    assertThat(second.sent()).isEqualTo(1_001);
    assertThat(read("goes-on", 3)).isEqualTo(expected(2_002, 3));
  }

  @Test
  void partitionsThatAKillLeftUnevenAreEachFilledUp() {
    // given: partition 0 has three records, partition 2 one, the others none
    create("uneven");
    send("uneven", 0, "record 0", "record 4", "record 8");
    send("uneven", 2, "record 2");

    // when
    start("uneven", records(400)).end().join();

    // then
    for (int partition = 0; partition < PARTITIONS; partition++) {
      assertThat(read("uneven", partition)).isEqualTo(expected(400, partition));
    }
  }

  @Test
  void recordsThatDifferFromTheTopicAreRefused() {
    // given
    create("other");
    send("other", 1, "something else");

    // when
    RecordSender sender = start("other", records(100));

    // then
    assertThatThrownBy(() -> sender.end().join())
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("other-1 holds other records at offset 0")
        .hasMessageContaining("use the records that the topic was started with");
  }

  @Test
  void itStaysNoFurtherAheadThanItsPaceAllows() {
    // given
    create("paced");
    long[] handled = {100};
    RecordSender.Pace pace = RecordSender.Pace.keepingUp(() -> handled[0], 50);

    // when
    RecordSender sender =
        RecordSender.start(kafka, ResumedTopic.read(kafka, "paced"), records(1_000), pace);

    // then
    await().untilAsserted(() -> assertThat(sender.sent()).isEqualTo(150));
    sender.close();
    assertThat(sender.end()).isCompleted();
    assertThat(sender.sent()).isEqualTo(150);
  }

  @Test
  void aFixedPaceLimitsRecordsPerSecond() {
    assertThat(RecordSender.Pace.fixed(2_000).allowed(Duration.ofSeconds(3).toNanos()))
        .isEqualTo(6_001);
  }

  private static void create(String topic) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      ResumedTopic.create(admin, topic, PARTITIONS, 1);
      ResumedTopic.create(admin, topic, PARTITIONS, 1);
    }
  }

  private static RecordSender start(String topic, Iterator<byte[]> records) {
    return RecordSender.start(kafka, ResumedTopic.read(kafka, topic), records, AT_ONCE);
  }

  private static Iterator<byte[]> records(int count) {
    return IntStream.range(0, count).mapToObj(i -> ("record " + i).getBytes(UTF_8)).iterator();
  }

  private static List<String> expected(int count, int partition) {
    return IntStream.range(0, count)
        .filter(i -> i % PARTITIONS == partition)
        .mapToObj(i -> "record " + i)
        .toList();
  }

  private static void send(String topic, int partition, String... records) {
    var bytes = new ByteArraySerializer();
    try (var producer = new KafkaProducer<>(Map.<String, Object>copyOf(kafka), bytes, bytes)) {
      for (String record : records) {
        var unused =
            producer.send(new ProducerRecord<>(topic, partition, null, record.getBytes(UTF_8)));
      }
    }
  }

  private static List<String> read(String topic, int partition) {
    TopicPartition place = new TopicPartition(topic, partition);
    List<String> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = CommittedReader.open(kafka)) {
      consumer.assign(List.of(place));
      consumer.seekToBeginning(List.of(place));
      long end = consumer.endOffsets(List.of(place)).getOrDefault(place, 0L);
      while (consumer.position(place) < end) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(
                record -> {
                  assertThat(record.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
                  records.add(new String(record.value(), UTF_8));
                });
      }
    }
    return records;
  }
}

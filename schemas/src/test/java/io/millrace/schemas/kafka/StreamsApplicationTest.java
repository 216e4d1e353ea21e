package io.millrace.schemas.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.Readiness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

class StreamsApplicationTest {
  private static EmbeddedBroker broker;

  private final Readiness readiness = new Readiness();
  private final AtomicInteger failures = new AtomicInteger();
  private String name = "";
  private Map<String, String> kafka = Map.of();

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void createTopics(TestInfo test) {
    name = test.getTestMethod().orElseThrow().getName();
    kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (Admin admin = Admin.create(Map.copyOf(kafka))) {
      List<NewTopic> topics =
          List.of(new NewTopic(name, 1, (short) 1), new NewTopic(name + "-out", 1, (short) 1));
      Answers.await(admin.createTopics(topics).all(), "topics could not be created");
    }
  }

  @Test
  void itIsReadyWhileItRunsAndItsEndCompletesWhenClosed() {
    try (Meters meters = new Meters()) {
      StreamsApplication application = application(meters, new IllegalStateException("unused"));
      application.start();
      await().atMost(Duration.ofSeconds(30)).until(readiness::isReady);

      // when
      application.close();
      application.close();

      // then
      assertThat(application.end()).isCompleted();
      assertThat(readiness.isReady()).isFalse();
    }
  }

  @Test
  void aTransactionThatTheCoordinatorEndedDoesNotStopIt() {
    // given
    failures.set(1);
    try (Meters meters = new Meters();
        StreamsApplication application =
            application(meters, new InvalidTxnStateException("ended meanwhile"))) {
      application.start();

      // when
      send("a");
      send("b");

      // then: each record comes out once, though the first was begun twice
      await()
          .atMost(Duration.ofSeconds(40))
          .untilAsserted(() -> assertThat(copied()).containsExactly("a", "b"));
      assertThat(failures.get()).isNegative();
      assertThat(application.end()).isNotDone();
      await().atMost(Duration.ofSeconds(30)).until(readiness::isReady);
    }
  }

  @Test
  void anyOtherFailureStopsItAndTheEndTellsWhich() {
    // given
    failures.set(Integer.MAX_VALUE);
    try (Meters meters = new Meters();
        StreamsApplication application =
            application(meters, new IllegalStateException("out of order"))) {
      application.start();

      // when
      send("a");

      // then
      await().atMost(Duration.ofSeconds(40)).until(application.end()::isDone);
      assertThat(application.end())
          .failsWithin(Duration.ZERO)
          .withThrowableThat()
          .withMessageContaining("copying failed: ")
          .havingRootCause()
          .withMessage("out of order");
      await().atMost(Duration.ofSeconds(30)).until(() -> !readiness.isReady());
    }
  }

  /** Copies values; fails as often as {@link #failures} asks for. */
  private StreamsApplication application(Meters meters, RuntimeException failure) {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(name, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .peek(
            (key, value) -> {
              if (failures.getAndDecrement() > 0) {
                throw failure;
              }
            })
        .to(name + "-out", Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
    Topology topology = builder.build();
    Properties properties = new Properties();
    properties.putAll(kafka);
    properties.put("application.id", name);
    properties.put("processing.guarantee", "exactly_once_v2");
    properties.put("consumer.auto.offset.reset", "earliest");
    // a thread that is replaced leaves the group when its session has expired
    properties.put("consumer.session.timeout.ms", "6000");
    properties.put("consumer.heartbeat.interval.ms", "1500");
    return new StreamsApplication(
        "copying", topology, properties, meters, readiness.require("copying", "starting"));
  }

  private void send(String value) {
    ByteArraySerializer bytes = new ByteArraySerializer();
    try (var producer = new KafkaProducer<>(Map.copyOf(kafka), bytes, bytes)) {
      Answers.await(
          producer.send(new ProducerRecord<>(name, value.getBytes(UTF_8))), "could not be sent");
    }
  }

  private List<String> copied() {
    List<String> values = new ArrayList<>();
    try (var consumer = CommittedReader.open(kafka)) {
      new TopicRead<>(consumer)
          .readAll(
              List.of(new TopicPartition(name + "-out", 0)),
              record -> values.add(new String(record.value(), UTF_8)));
    }
    return values;
  }
}

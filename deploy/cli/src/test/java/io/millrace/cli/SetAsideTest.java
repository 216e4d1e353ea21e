package io.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import io.millrace.schemas.topics.TopicsException;
import io.millrace.trainer.windowing.Windowing;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands about samples that windowing set aside or would not pass over. */
@Tag("slow")
class SetAsideTest {
  private static final String GOOD = "{\"x\": 1, \"y\": 1}";

  private static EmbeddedBroker broker;
  private static Admin admin;
  private static int tests;

  @TempDir private Path directory;
  private final String topic = "samples" + ++tests;
  private final TopicPartition first = new TopicPartition(topic, 0);
  private Path pipeline;
  private PipelineConfig config;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.builder().property("group.initial.rebalance.delay.ms", "0").start();
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  @AfterAll
  static void stopBroker() {
    admin.close();
    broker.close();
  }

  @BeforeEach
  void createTopics() throws Exception {
    pipeline = directory.resolve("pipeline.yaml");
    Files.writeString(
        pipeline,
        """
        pipeline: of-%s
        kafka: {bootstrap.servers: "%s"}
        samples: {topic: %s}
        features: [{name: x, type: number}]
        label: {type: threshold, field: y, above: 0.5}
        model: {recipe: linear}
        """
            .formatted(topic, broker.bootstrapServers(), topic));
    config = new PipelineLoader(Map.of(), List.of()).load(pipeline).config();
    admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    Topics.create(admin, TopicPlan.of(config));
    // what was just made is described a moment later
    await()
        .ignoreExceptionsInstanceOf(TopicsException.class)
        .untilAsserted(() -> Topics.check(admin, TopicPlan.of(config)));
  }

  @Test
  void deadLettersAreCountedListedAndSentBackOnce() throws Exception {
    // given
    send("no json", "{\"y\": 1}", GOOD);
    windowedUntilCountSays("2 in all");
    long end = end();

    // when
    Printed count = run("dead-letters", "count");
    Printed list = run("dead-letters", "list", "--reason", "missing_field");
    Printed sent = run("dead-letters", "send-back", "--reason", "missing_field");
    Printed again = run("dead-letters", "send-back", "--reason", "missing_field");
    Printed left = run("dead-letters", "list");

    // then
    assertThat(count.out()).contains("1 missing_field", "1 undecodable", "2 in all");
    assertThat(list.out()).startsWith(topic + "/0/1  missing_field  ").hasLineCount(1);
    assertThat(sent.out()).contains("sent back 1");
    assertThat(again.out()).contains("sent back 0");
    assertThat(left.out()).startsWith(topic + "/0/0  undecodable  ").hasLineCount(1);
    // the record, and the end of its transaction
    assertThat(end()).isEqualTo(end + 2);
  }

  @Test
  void reasonThatIsNoneIsAWrongCall() {
    // when
    Printed list = run("dead-letters", "list", "--reason", "bad_luck");

    // then
    assertThat(list.code()).isEqualTo(2);
    assertThat(list.err()).contains("--reason: found 'bad_luck', allowed are [").contains("poison");
  }

  @Test
  void lossIsAcceptedOnceAndStaysInTheDeadLetters() throws Exception {
    // given: three more samples were gone before they were read
    send("no json");
    windowedUntilCountSays("1 in all");
    send(GOOD, GOOD, GOOD, GOOD);
    admin.deleteRecords(Map.of(first, RecordsToDelete.beforeOffset(4))).all().get();

    // when
    Printed accepted = run("samples", "accept-loss");
    Printed again = run("samples", "accept-loss");
    Printed list = run("dead-letters", "list", "--reason", "source_lost");
    Printed sent = run("dead-letters", "send-back", "--reason", "source_lost");

    // then
    assertThat(accepted.code()).isZero();
    assertThat(accepted.out())
        .contains("accepted the loss of " + topic + "-0, offsets 1 to 4 (exclusive)");
    assertThat(again.out()).contains("nothing to accept");
    assertThat(list.out()).contains(topic + "/0/1  source_lost  offsets 1 to 4 (exclusive)");
    assertThat(sent.out()).contains("sent back 0", "not sent: 1");
  }

  @Test
  void partitionsThatWereAddedAreAcceptedOnce() throws Exception {
    // given
    send("no json");
    windowedUntilCountSays("1 in all");
    admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(3))).all().get();

    // when
    Printed accepted = run("samples", "accept-partitions");
    Printed again = run("samples", "accept-partitions");

    // then
    assertThat(accepted.code()).isZero();
    assertThat(accepted.out()).contains("accepted 2 partitions");
    assertThat(again.out()).contains("nothing to accept");
  }

  @Test
  void nothingIsAcceptedWhileWindowingRuns() throws Exception {
    // given
    send("no json");
    try (Windowing running = Windowing.start(config, new Meters(), new Readiness())) {
      awaitCount("1 in all");
      admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(2))).all().get();

      // when
      Printed refused = run("samples", "accept-partitions");

      // then
      assertThat(running.end()).isNotDone();
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err())
          .contains("group of-" + topic + "-windowing has ", "stop all instances");
    }
  }

  private void windowedUntilCountSays(String expected) {
    try (Windowing running = Windowing.start(config, new Meters(), new Readiness())) {
      awaitCount(expected);
      assertThat(running.end()).isNotDone();
    }
  }

  private void awaitCount(String expected) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> run("dead-letters", "count").out().contains(expected));
  }

  private long end() throws Exception {
    return admin
        .listOffsets(Map.of(first, OffsetSpec.latest()))
        .partitionResult(first)
        .get()
        .offset();
  }

  private void send(String... values) {
    var bytes = new ByteArraySerializer();
    Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (var producer = new KafkaProducer<>(kafka, bytes, bytes)) {
      for (String value : values) {
        producer.send(new ProducerRecord<>(topic, 0, null, value.getBytes(UTF_8)));
      }
      producer.flush();
    }
  }

  private record Printed(int code, String out, String err) {}

  /** The command with the pipeline after its name, and options. */
  private Printed run(String room, String command, String... options) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> arguments = new java.util.ArrayList<>(List.of(room, command, pipeline.toString()));
    arguments.addAll(List.of(options));
    int code =
        Millrace.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments.toArray(String[]::new));
    return new Printed(code, out.toString(), err.toString());
  }
}

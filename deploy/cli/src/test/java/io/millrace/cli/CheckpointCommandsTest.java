package io.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import io.millrace.trainer.TrainerService;
import io.millrace.trainer.TrainerService.Half;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was trained can be listed, and trained again. */
class CheckpointCommandsTest {
  @TempDir private static Path directory;
  private static EmbeddedBroker broker;
  private static Path file;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void train() throws Exception {
    broker = EmbeddedBroker.builder().property("group.initial.rebalance.delay.ms", "0").start();
    file = directory.resolve("pipeline.yaml");
    Files.writeString(
        file,
        """
        pipeline: again
        kafka: {bootstrap.servers: '%s'}
        samples: {topic: samples}
        features: [{name: x, type: number}]
        label: {type: threshold, field: y, above: 0.5}
        holdout: {share: 0, by: offset}
        model: {recipe: mlp, hidden: [8]}
        training: {per_device_train_batch_size: 10, max_steps: 60, save_steps: 20, batch_max_wait: 1h}
        checkpoint: {min_age: 1h}
        ops: {trainer_port: 0}
        """
            .formatted(broker.bootstrapServers()));
    LoadedPipeline pipeline = new PipelineLoader(Map.of(), List.of()).load(file);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic("samples", 1, (short) 1))).all().get();
      Topics.create(admin, TopicPlan.of(pipeline.config()));
    }
    send(600);
    try (var service = TrainerService.start(pipeline, EnumSet.allOf(Half.class))) {
      service.end().get(90, TimeUnit.SECONDS);
    }
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void checkpointsAreListedWithWhatTheyHaveSeen() throws Exception {
    // when
    int code = run("checkpoints", file.toString(), "--json");

    // then
    JsonNode listed = new ObjectMapper().readTree(out.toString());
    JsonNode last = listed.get(listed.size() - 1);
    assertThat(code).isZero();
    assertThat(listed.get(0).get("step").asLong()).isZero();
    assertThat(last.get("step").asLong()).isEqualTo(60);
    assertThat(last.get("lineage").get(0).get("topic").asText()).isEqualTo("samples");
    assertThat(last.get("lineage").get(0).get("offset").asLong()).isEqualTo(600);
  }

  @Test
  void theListForReadersNamesEachCheckpoint() throws Exception {
    // given
    String id = ids().get(0).get("id").asText();

    // when
    int code = run("checkpoints", file.toString());

    // then
    assertThat(code).isZero();
    assertThat(out.toString()).contains(id).contains("samples-0<600");
  }

  @Test
  void theSameLogGivesTheSameWeights() throws Exception {
    // given
    JsonNode listed = ids();
    String first = listed.get(0).get("id").asText();
    String end = listed.get(listed.size() - 1).get("train_log_offset").asText();

    // when
    int code = run("replay", file.toString(), "--from", first, "--to", end);

    // then
    assertThat(out.toString()).contains("replayed 60 steps").contains("bit for bit");
    assertThat(code).isZero();
  }

  @Test
  void otherSettingsGiveOtherWeightsWhichProvesNothing() throws Exception {
    // given
    JsonNode listed = ids();
    String first = listed.get(0).get("id").asText();
    String end = listed.get(listed.size() - 1).get("train_log_offset").asText();

    // when
    int code =
        run(
            "replay",
            file.toString(),
            "--from",
            first,
            "--to",
            end,
            "--set",
            "training.learning_rate=0.01");

    // then
    assertThat(out.toString())
        .contains("differs   training.learning_rate: ")
        .contains("proves nothing");
    assertThat(code).isEqualTo(3);
  }

  @Test
  void settingsThatMoveNoWeightsAreNotCompared() throws Exception {
    // given
    JsonNode listed = ids();
    String first = listed.get(0).get("id").asText();
    String end = listed.get(listed.size() - 1).get("train_log_offset").asText();

    // when
    int code =
        run(
            "replay",
            file.toString(),
            "--from",
            first,
            "--to",
            end,
            "--set",
            "training.save_steps=7",
            "--set",
            "training.logging_steps=9");

    // then
    assertThat(out.toString()).contains("bit for bit").doesNotContain("differs");
    assertThat(code).isZero();
  }

  @Test
  void aCheckpointThatIsNotThereIsNamedWithThoseThatAre() {
    // when
    int code = run("replay", file.toString(), "--from", "absent", "--to", "60");

    // then
    assertThat(code).isEqualTo(1);
    assertThat(err.toString()).contains("no checkpoint absent; there are: 000000000000-");
  }

  private JsonNode ids() throws Exception {
    run("checkpoints", file.toString(), "--json");
    JsonNode listed = new ObjectMapper().readTree(out.toString());
    out.getBuffer().setLength(0);
    return listed;
  }

  private int run(String... arguments) {
    return Millrace.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private static void send(int count) {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < count; i++) {
        byte[] value = "{\"x\": %s, \"y\": %d}".formatted(Math.sin(i), i % 2).getBytes(UTF_8);
        producer.send(new ProducerRecord<>("samples", 0, null, value));
      }
      producer.flush();
    }
  }
}

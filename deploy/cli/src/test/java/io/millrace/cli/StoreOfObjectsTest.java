package io.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.broker.EmbeddedBroker;
import io.millrace.eval.EvalService;
import io.millrace.objects.EmbeddedObjects;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import io.millrace.trainer.TrainerService;
import io.millrace.trainer.TrainerService.Half;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** All commands and services with an object store. */
@Tag("slow")
class StoreOfObjectsTest {
  private static final String BUCKET = "models";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PER_STEP = 10;

  private static EmbeddedBroker broker;
  @TempDir Path directory;
  private String pipelineName = "";

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.builder().property("group.initial.rebalance.delay.ms", "0").start();
    System.setProperty("aws.accessKeyId", EmbeddedObjects.ACCESS_KEY);
    System.setProperty("aws.secretAccessKey", EmbeddedObjects.SECRET_KEY);
  }

  @BeforeEach
  void nameThePipeline(TestInfo test) {
    pipelineName = test.getTestMethod().orElseThrow().getName();
  }

  @AfterAll
  static void end() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
    broker.close();
  }

  @Test
  void checkpointsAreTrainedResumedScoredPromotedAndReplayedFromIt() throws Exception {
    Path objectsAt = Files.createDirectories(directory.resolve("objects"));
    try (EmbeddedObjects objects = EmbeddedObjects.start(objectsAt)) {
      // given
      objects.makeBucket(BUCKET);
      Path file = write(objects.endpoint());
      LoadedPipeline pipeline = new PipelineLoader(Map.of(), List.of()).load(file);
      createTopics(file);
      send(0, 60 * PER_STEP);

      // when: trained, halted after half of a checkpoint's objects, and trained on
      train(pipeline);
      List<String> first = announced(file);
      Path checkpoints = objects.file(BUCKET, "team/flights/checkpoints");
      Path half = checkpoints.resolve(first.get(first.size() - 1).replaceFirst("60-", "99-"));
      Files.createDirectories(half);
      Files.writeString(half.resolve("model.onnx"), "whose announcement never came");
      send(60 * PER_STEP, 90 * PER_STEP);
      train(new PipelineLoader(Map.of(), List.of("training.max_steps=80")).load(file));
      List<String> second = announced(file);

      // then: what was announced is there, and nothing else
      assertThat(second.get(second.size() - 1)).startsWith("000000000080-");
      assertThat(second).doesNotContain(first.get(0));
      try (Stream<Path> directories = Files.list(checkpoints)) {
        assertThat(directories.map(path -> path.getFileName().toString()))
            .containsExactlyInAnyOrderElementsOf(second);
      }

      // when
      String newest = second.get(second.size() - 1);
      try (EvalService service = EvalService.start(pipeline)) {
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(metrics(service))
                        .contains("millrace_scoring_samples_total 900.0")
                        .containsPattern("millrace_scoring_sessions [1-9]"));
        assertThat(metrics(service)).contains("millrace_scoring_checkpoints_unloadable_total 0.0");
        assertThat(run("promote", file.toString(), newest)).startsWith("0");
      }

      // then: a serving system finds the champion by two requests
      JsonNode champion =
          new ObjectMapper()
              .readTree(objects.file(BUCKET, "team/flights/champion/champion.json").toFile());
      assertThat(champion.get("id").asText()).isEqualTo(newest);
      Path model = objects.file(BUCKET, "team/flights/" + champion.get("model").asText());
      assertThat(DigestUtils.sha256Hex(Files.readAllBytes(model)))
          .isEqualTo(champion.get("sha256").asText());
      String replayed = run("replay", file.toString(), "--from", second.get(0), "--to", end(file));
      assertThat(replayed).contains("the same weights, bit for bit");
    }
  }

  @Test
  void aStoreThatCannotBeUsedIsToldAtStart() throws Exception {
    Path objectsAt = Files.createDirectories(directory.resolve("objects"));
    try (EmbeddedObjects objects = EmbeddedObjects.start(objectsAt)) {
      // given: a server without the bucket
      Path file = write(objects.endpoint());
      createTopics(file);

      // when
      String train = run("train", "--only", "training", file.toString());
      String evaluate = run("evaluate", file.toString());

      // then
      assertThat(train).startsWith("1").contains("bucket 'models' does not exist; create it, or");
      assertThat(evaluate)
          .startsWith("1")
          .contains("bucket 'models' does not exist; create it, or");
    }
  }

  @Test
  @Tag("long")
  void aServerThatGoesDownStopsTrainingWhichGoesOnToTheSameWeights() throws Exception {
    Path objectsAt = Files.createDirectories(directory.resolve("objects"));
    Path file;
    LoadedPipeline pipeline;
    try (EmbeddedObjects objects = EmbeddedObjects.start(objectsAt)) {
      // given: a trainer that has announced checkpoints
      objects.makeBucket(BUCKET);
      file = write(objects.endpoint());
      createTopics(file);
      pipeline = new PipelineLoader(Map.of(), List.of("training.max_steps=80")).load(file);
      send(0, 50 * PER_STEP);
      try (var service = TrainerService.start(pipeline, EnumSet.allOf(Half.class))) {
        await().atMost(PATIENCE).until(() -> announced(file).size() == 3);

        // when
        objects.close();
        send(50 * PER_STEP, 80 * PER_STEP);

        // then
        assertThat(service.end())
            .failsWithin(PATIENCE)
            .withThrowableThat()
            .withMessageContaining("no server answers there; correct checkpoint.s3.endpoint");
      }
    }

    // when: it is there again
    try (EmbeddedObjects objects = EmbeddedObjects.start(objectsAt)) {
      write(objects.endpoint());
      train(new PipelineLoader(Map.of(), List.of("training.max_steps=80")).load(file));

      // then
      List<String> all = announced(file);
      String replayed = run("replay", file.toString(), "--from", all.get(0), "--to", end(file));
      assertThat(all.get(all.size() - 1)).startsWith("000000000080-");
      assertThat(replayed).contains("the same weights, bit for bit");
    }
  }

  private void createTopics(Path file) throws Exception {
    LoadedPipeline pipeline = new PipelineLoader(Map.of(), List.of()).load(file);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(samples(), 1, (short) 1))).all().get();
      Topics.create(admin, TopicPlan.of(pipeline.config()));
    }
  }

  private Path write(String endpoint) throws IOException {
    return Files.writeString(
        directory.resolve("pipeline.yaml"),
        """
        pipeline: %s
        kafka: {bootstrap.servers: '%s'}
        samples: {topic: %s}
        features: [{name: x, type: number}]
        label: {type: threshold, field: y, above: 0.5}
        holdout: {share: 0, by: offset}
        model: {recipe: mlp, hidden: [8]}
        training: {per_device_train_batch_size: %d, max_steps: 60, save_steps: 20, save_total_limit: 2}
        checkpoint: {store: 's3://models/team/flights', s3: {endpoint: '%s'}, min_age: 0s}
        ops: {trainer_port: 0, eval_port: 0}
        """
            .formatted(pipelineName, broker.bootstrapServers(), samples(), PER_STEP, endpoint));
  }

  private String samples() {
    return pipelineName + "-samples";
  }

  private static void train(LoadedPipeline pipeline) throws Exception {
    try (var service = TrainerService.start(pipeline, EnumSet.allOf(Half.class))) {
      service.end().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static List<String> announced(Path file) throws IOException {
    return StreamSupport.stream(listed(file).spliterator(), false)
        .map(checkpoint -> checkpoint.get("id").asText())
        .toList();
  }

  private static String end(Path file) throws IOException {
    JsonNode listed = listed(file);
    return listed.get(listed.size() - 1).get("train_log_offset").asText();
  }

  private static JsonNode listed(Path file) throws IOException {
    String printed = run("checkpoints", file.toString(), "--json");
    return new ObjectMapper().readTree(printed.substring(printed.indexOf('\n')));
  }

  /** The exit code, a line of its own, and what was printed. */
  private static String run(String... arguments) {
    StringWriter printed = new StringWriter();
    int code =
        Millrace.commandLine()
            .setOut(new PrintWriter(printed, true))
            .setErr(new PrintWriter(printed, true))
            .execute(arguments);
    return code + "\n" + printed;
  }

  private static String metrics(EvalService service) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(service.url() + "/metrics")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private void send(int from, int to) {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = from; i < to; i++) {
        byte[] value = "{\"x\": %s, \"y\": %d}".formatted(Math.sin(i), i % 2).getBytes(UTF_8);
        producer.send(new ProducerRecord<>(samples(), 0, null, value));
      }
      producer.flush();
    }
  }
}

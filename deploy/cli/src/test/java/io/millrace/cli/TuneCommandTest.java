package io.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.config.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command in a process of its own, as people run it. */
class TuneCommandTest {
  private static final int RECORDS = 1_200;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path directory;

  @Test
  void fileOfRecordsBecomesTablesJsonAReportAndLinesInThePipelinesFile() throws Exception {
    // given: two records that are no samples
    Path records = directory.resolve("records.csv");
    Files.writeString(records, csv(RECORDS) + "x,1,2\n,1,2\n");
    Path pipeline = pipeline("localhost:1");
    Path json = directory.resolve("tune.json");

    // when
    Process tune =
        start(
            pipeline,
            "--records",
            records,
            "--budget",
            "60s",
            "--seeds",
            "1",
            "--json",
            json,
            "--write");

    // then
    assertThat(tune.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(tune.exitValue()).as(err()).isZero();
    assertThat(out())
        .contains("samples to train on", "2 rejected", "quality on the first", "<- recommended")
        .contains("training:\n  per_device_train_batch_size: ");
    assertThat(err()).contains("warning: rejected {MISSING_FIELD=1, WRONG_TYPE=1}");
    JsonNode found = new JsonMapper().readTree(json.toFile());
    assertThat(found.get("train").size()).isGreaterThan(5);
    assertThat(found.get("eval").size()).isGreaterThan(5);
    assertThat(found.at("/train/0/loss").isNumber()).isTrue();
    assertThat(found.at("/train/0/auc").isNumber()).isTrue();
    assertWritten(pipeline, found.get("recommended"));
    assertThat(Files.readString(directory.resolve("tune.html"))).contains("<title>millrace tune");
  }

  private static void assertWritten(Path pipeline, JsonNode recommended) throws IOException {
    assertThat(Files.readString(pipeline)).contains("# of one device");
    var config = new PipelineLoader(Map.of(), List.of()).load(pipeline).config();
    TrainingConfig training = config.training();
    assertThat(training.perDeviceTrainBatchSize())
        .isEqualTo(recommended.get("per_device_train_batch_size").intValue());
    assertThat(training.learningRate()).isEqualTo(recommended.get("learning_rate").doubleValue());
    assertThat(config.evaluation().perDeviceEvalBatchSize())
        .isEqualTo(recommended.get("per_device_eval_batch_size").intValue());
  }

  @Test
  void fileThatCouldNotBeWrittenIsToldBeforeTheWork() throws Exception {
    // given
    Path records = Files.writeString(directory.resolve("records.csv"), csv(RECORDS));

    // when
    Process tune =
        start(
            pipeline("localhost:1"),
            "--records",
            records,
            "--json",
            directory.resolve("no/t.json"));

    // then
    assertThat(tune.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(tune.exitValue()).isEqualTo(1);
    assertThat(err()).contains("--json: ", "no/t.json cannot be written");
    assertThat(out()).isEmpty();
  }

  @Test
  @Tag("slow")
  void samplesComeOffThePipelinesTopicAndNothingIsLeftOnTheCluster() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      // given
      Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
      produce(settings);

      // when
      Process tune =
          start(
              pipeline(broker.bootstrapServers()),
              "--samples",
              "600",
              "--from",
              "100",
              "--budget",
              "60s",
              "--seeds",
              "1");

      // then: of each of two partitions 300, from its offset 100
      assertThat(tune.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(tune.exitValue()).as(err()).isZero();
      assertThat(out()).containsPattern("\\d{3} samples to train on, \\d+ held out, 0 rejected");
      assertThat(total(out())).isEqualTo(600);
      try (Admin admin = Admin.create(settings)) {
        assertThat(admin.listTopics().names().get()).containsExactly("tuned.samples");
        assertThat(admin.listGroups().all().get()).isEmpty();
      }
    }
  }

  private static int total(String out) {
    String[] words = out.lines().findFirst().orElseThrow().split("[^0-9]+");
    return Integer.parseInt(words[0]) + Integer.parseInt(words[1]);
  }

  @Test
  @Tag("slow")
  void whenInterruptedItGivesWhatIsKnownSoFar() throws Exception {
    // given: an hour of budget
    Path records = Files.writeString(directory.resolve("records.csv"), csv(20_000));
    Path json = directory.resolve("tune.json");
    Process tune =
        start(pipeline("localhost:1"), "--records", records, "--budget", "1h", "--json", json);
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> err().contains("quality on") || !tune.isAlive());

    // when: SIGTERM, which goes Ctrl-C's way, and is not ignored where tests run in the background
    tune.destroy();

    // then
    assertThat(tune.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(out()).as(err()).contains("stopped early: these are the results so far");
    JsonNode found = new JsonMapper().readTree(json.toFile());
    assertThat(found.get("interrupted").booleanValue()).isTrue();
    assertThat(found.get("eval").size()).isGreaterThan(5);
    assertThat(directory.resolve("tune.html")).exists();
  }

  private Process start(Path pipeline, Object... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-XX:+UseParallelGC", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of(Millrace.class.getName(), "tune", pipeline.toString()));
    command.addAll(List.of("--report", directory.resolve("tune.html").toString()));
    for (Object option : options) {
      command.add(option.toString());
    }
    return new ProcessBuilder(command)
        .redirectOutput(directory.resolve("out").toFile())
        .redirectError(directory.resolve("err").toFile())
        .start();
  }

  private String out() throws IOException {
    return Files.readString(directory.resolve("out"));
  }

  private String err() throws IOException {
    return Files.readString(directory.resolve("err"));
  }

  private Path pipeline(String servers) throws IOException {
    return Files.writeString(
        directory.resolve("pipeline.yaml"),
        """
        pipeline: tuned
        kafka: {bootstrap.servers: '%s'}
        topics: {train_log_max_message_bytes: 65536}
        samples: {topic: tuned.samples}
        features: [{name: a, type: number}, {name: b, type: number}]
        label: {type: threshold, field: c, above: 0}
        training:
          per_device_train_batch_size: 20   # of one device
        """
            .formatted(servers));
  }

  private static void produce(Map<String, Object> settings) throws Exception {
    try (var admin = Admin.create(settings)) {
      admin.createTopics(List.of(new NewTopic("tuned.samples", 2, (short) 1))).all().get();
    }
    Random random = new Random(1);
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < RECORDS; i++) {
        String[] cells = row(random).split(",", -1);
        String json = "{\"a\": %s, \"b\": %s, \"c\": %s}".formatted((Object[]) cells);
        producer.send(new ProducerRecord<>("tuned.samples", i % 2, null, json.getBytes(UTF_8)));
      }
    }
  }

  private static String csv(int count) {
    Random random = new Random(1);
    StringBuilder csv = new StringBuilder("a,b,c\n");
    for (int i = 0; i < count; i++) {
      csv.append(row(random)).append('\n');
    }
    return csv.toString();
  }

  private static String row(Random random) {
    double a = random.nextGaussian();
    double b = random.nextGaussian();
    return "%s,%s,%s".formatted(a, b, a - b + random.nextGaussian());
  }
}

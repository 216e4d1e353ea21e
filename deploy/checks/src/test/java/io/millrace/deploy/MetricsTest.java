package io.millrace.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.millrace.broker.EmbeddedBroker;
import io.millrace.demo.Flights;
import io.millrace.eval.EvalService;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import io.millrace.trainer.TrainerService;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus reads both services: the metrics of dashboards and alarms must exist. */
@Tag("slow")
class MetricsTest {
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:millrace|jvm|process|kafka)_[a-z0-9_]+|\\bup\\b");
  private static final int FLIGHTS_A_LOOK = 2_500;

  @TempDir private Path directory = Path.of("");

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void everyMetricOfADashboardOrAnAlarmIsThereInPrometheus() throws Exception {
    Programs.require("prometheus", "prometheus");
    // given
    Set<String> asked = asked();
    assertThat(asked).hasSizeGreaterThan(30);
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      LoadedPipeline pipeline = pipeline(broker.bootstrapServers());
      createTopics(pipeline);
      try (TrainerService trainer =
              TrainerService.start(pipeline, EnumSet.allOf(TrainerService.Half.class));
          EvalService eval = EvalService.start(pipeline)) {
        // when
        String url = "http://127.0.0.1:" + freePort();
        Process prometheus = startPrometheus(url, trainer.url(), eval.url());
        try (Flow flow = new Flow(pipeline)) {
          flow.sendBroken();
          // then: some are there only with a champion, whose inputs are compared
          await()
              .atMost(Duration.ofSeconds(120))
              .pollInterval(Duration.ofSeconds(1))
              .ignoreExceptionsInstanceOf(IOException.class)
              .untilAsserted(
                  () -> {
                    flow.send(FLIGHTS_A_LOOK);
                    assertThat(names(url)).containsAll(asked);
                  });
        } finally {
          prometheus.destroy();
          prometheus.waitFor();
        }
      }
    }
  }

  /** The names in all expressions. */
  private static Set<String> asked() throws IOException {
    Set<String> names = new TreeSet<>();
    for (Path dashboard : Repository.files("grafana", ".json")) {
      new ObjectMapper()
          .readTree(dashboard.toFile())
          .findValues("expr")
          .forEach(e -> add(e, names));
    }
    Path rules = Repository.DEPLOY.resolve("prometheus/alarms.yaml");
    new YAMLMapper().readTree(rules.toFile()).findValues("expr").forEach(e -> add(e, names));
    return names;
  }

  private static void add(JsonNode expression, Set<String> names) {
    String withoutTexts = expression.asText().replaceAll("\"[^\"]*\"", "");
    METRIC.matcher(withoutTexts).results().forEach(found -> names.add(found.group()));
  }

  private Set<String> names(String url) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/api/v1/label/__name__/values")).build();
    String body = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    Set<String> names = new TreeSet<>();
    new ObjectMapper().readTree(body).path("data").forEach(name -> names.add(name.asText()));
    return names;
  }

  private Process startPrometheus(String url, String trainer, String eval) throws IOException {
    Path config = directory.resolve("prometheus.yaml");
    Files.writeString(
        config,
        """
        global: {scrape_interval: 1s}
        scrape_configs:
          - {job_name: millrace-trainer, static_configs: [{targets: ["%s"]}]}
          - {job_name: millrace-eval, static_configs: [{targets: ["%s"]}]}
        """
            .formatted(trainer.replace("http://", ""), eval.replace("http://", "")));
    return new ProcessBuilder(
            "prometheus",
            "--config.file=" + config,
            "--storage.tsdb.path=" + directory.resolve("data"),
            "--web.listen-address=" + url.replace("http://", ""))
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("prometheus.log").toFile())
        .start();
  }

  private LoadedPipeline pipeline(String bootstrap) throws IOException {
    try (InputStream yaml =
        Objects.requireNonNull(MetricsTest.class.getResourceAsStream("/flights.yaml"))) {
      List<String> sets =
          List.of("kafka.bootstrap.servers=" + bootstrap, "ops.trainer_port=0", "ops.eval_port=0");
      return new PipelineLoader(Map.of(), sets)
          .load(new String(yaml.readAllBytes(), UTF_8), directory);
    }
  }

  private static void createTopics(LoadedPipeline pipeline) throws Exception {
    try (Admin admin = Admin.create(Map.copyOf(pipeline.config().kafka()))) {
      NewTopic samples = new NewTopic(pipeline.config().samples().topic(), 2, (short) 1);
      admin.createTopics(List.of(samples)).all().get();
      Topics.create(admin, TopicPlan.of(pipeline.config()));
    }
  }

  /** Flights in their order, onto two partitions. */
  private static final class Flow implements AutoCloseable {
    private final ObjectMapper json = new ObjectMapper();
    private final Flights flights = Flights.ofJanuary2001();
    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private int sent;

    Flow(LoadedPipeline pipeline) {
      var bytes = new ByteArraySerializer();
      this.producer = new KafkaProducer<>(Map.copyOf(pipeline.config().kafka()), bytes, bytes);
      this.topic = pipeline.config().samples().topic();
    }

    void sendBroken() {
      var broken = producer.send(new ProducerRecord<>(topic, "no flight".getBytes(UTF_8)));
    }

    void send(int count) throws IOException {
      for (int i = 0; i < count && flights.hasNext(); i++, sent++) {
        Flights.Flight flight = flights.next();
        Map<String, Object> fields =
            Map.of(
                "scheduled", flight.scheduled(),
                "origin", flight.origin(),
                "destination", flight.destination(),
                "distance_miles", flight.distanceMiles(),
                "arrival_delay_minutes", flight.arrivalDelayMinutes());
        var unused =
            producer.send(
                new ProducerRecord<>(topic, sent % 2, null, json.writeValueAsBytes(fields)));
      }
      producer.flush();
    }

    @Override
    public void close() throws Exception {
      producer.close();
      flights.close();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}

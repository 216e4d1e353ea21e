package io.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.demo.Demo;
import io.millrace.demo.DemoPipeline;
import io.millrace.demo.FlightRecords;
import io.millrace.demo.Flights;
import io.millrace.demo.LedgerReader;
import io.millrace.demo.Observer;
import io.millrace.demo.SummaryCalculation;
import io.millrace.records.RecordSender;
import io.millrace.records.ResumedTopic;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the demo does in one process, by the commands, each a process of its own. */
class ServicesApartTest {
  private static final RecordSender.Pace AT_ONCE = nanos -> Long.MAX_VALUE;

  @TempDir Path directory;
  private final EmbeddedBroker broker = EmbeddedBroker.start();
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void endAll() throws InterruptedException {
    processes.forEach(Process::destroy);
    for (Process process : processes) {
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
    broker.close();
  }

  @Test
  @Tag("long")
  void trainAndEvaluateEachByItselfAccountForEveryRecord() throws Exception {
    // given
    LoadedPipeline pipeline =
        DemoPipeline.at(directory, broker.bootstrapServers(), 2_000, List.of());
    PipelineConfig config = pipeline.config();
    try (Admin admin = Admin.create(new HashMap<String, Object>(config.kafka()))) {
      ResumedTopic.create(admin, config.samples().topic(), 4, 1);
      Topics.create(admin, TopicPlan.of(config));
    }
    Path file = write();

    // when
    start("train", file);
    start("evaluate", file);
    TopicNames topics = new TopicNames(config.pipeline());
    try (Flights flights = Flights.ofJanuary2001();
        Observer observer = Observer.start(config.kafka(), topics, Clock.systemUTC());
        LedgerReader reader = new LedgerReader(config)) {
      ResumedTopic topic = ResumedTopic.read(config.kafka(), config.samples().topic());
      RecordSender.start(config.kafka(), topic, new FlightRecords(flights, 8_000), AT_ONCE)
          .end()
          .join();

      // then
      SummaryCalculation calculation =
          new SummaryCalculation(config, reader.ledger(), observer.observed(), 36, 2_000);
      await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(
              () -> {
                reader.readOn();
                assertThat(calculation.mismatches()).as(printed()).isEmpty();
              });
      assertThat(calculation.summary(0).samples().produced()).isEqualTo(8_010);
    }
  }

  private Path write() throws IOException {
    try (InputStream yaml =
        Objects.requireNonNull(Demo.class.getResourceAsStream("/flights.yaml"))) {
      return Files.write(directory.resolve("flights.yaml"), yaml.readAllBytes());
    }
  }

  private void start(String command, Path file) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Millrace.class.getName(),
            command,
            file.toString(),
            "--set",
            "kafka.bootstrap.servers=" + broker.bootstrapServers(),
            "--set",
            "ops.trainer_port=0",
            "--set",
            "ops.eval_port=0");
    processes.add(
        builder
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(command + ".log").toFile())
            .start());
  }

  /** What the processes printed, for the message of a failing assertion. */
  private String printed() {
    StringBuilder all = new StringBuilder();
    for (String command : List.of("train", "evaluate")) {
      try {
        all.append(Files.readString(directory.resolve(command + ".log"), UTF_8));
      } catch (IOException e) {
        all.append(e);
      }
    }
    return all.toString();
  }
}

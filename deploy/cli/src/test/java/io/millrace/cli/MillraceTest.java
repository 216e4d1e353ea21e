package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MillraceTest {
  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void configCheckSaysThatTheFlightsHoldTogether() {
    // when
    int code = run("config", "check", "../demo/src/main/resources/flights.yaml");

    // then
    assertThat(code).isZero();
    assertThat(out.toString())
        .contains("pipeline 'flights' is valid: 5 features, BINARY on topic 'flights.arrivals'");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void configCheckReportsFiveMistakesInOneGo() throws IOException {
    // given: three mistakes in training, one in features, one contradiction between label and model
    Path file = directory.resolve("pipeline.yaml");
    Files.writeString(
        file,
        """
        pipeline: churn
        samples: {topic: customers}
        features:
          - {name: age, type: number}
          - {name: city, type: category, buckets: 1}
        label: {type: number, field: balance}
        training: {learning_rte: 0.1, per_device_train_batch_size: 0, save_steps: often}
        """);

    // when
    int code = run("config", "check", file.toString());

    // then
    assertThat(code).isEqualTo(1);
    assertThat(err.toString())
        .contains("5 problems")
        .contains("features[1].buckets")
        .contains("training.learning_rte: unknown key; did you mean learning_rate?")
        .contains("training.per_device_train_batch_size: found 0")
        .contains("training.save_steps: found the text 'often'")
        .contains("model.output: found logits");
  }

  @Test
  void aWarningDoesNotFail() {
    // when
    int code =
        run(
            "config",
            "check",
            "../demo/src/main/resources/flights.yaml",
            "--set",
            "evaluation.per_device_eval_batch_size=32");

    // then
    assertThat(code).isZero();
    assertThat(err.toString()).contains("warning: evaluation.per_device_eval_batch_size (32)");
  }

  @Test
  void topicsCreateMakesThemOnceAndFindsThemAgain() {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      // given
      String[] create = {
        "topics",
        "create",
        "../demo/src/main/resources/flights.yaml",
        "--set",
        "kafka.bootstrap.servers=" + broker.bootstrapServers(),
        "--samples",
        "4"
      };

      // when
      int first = run(create);
      int second = run(create);

      // then
      assertThat(first).isZero();
      assertThat(second).isZero();
      assertThat(out.toString())
          .contains("created flights.train-log", "created flights.promotions")
          .contains("created flights.arrivals", "found   flights.arrivals")
          .contains("found   flights.train-log", "found   flights.promotions")
          .doesNotContain("differs");
    }
  }

  @Test
  void aWrongCallExitsWithTwo() {
    assertThat(run("config", "chekc")).isEqualTo(2);
  }

  private int run(String... arguments) {
    return Millrace.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}

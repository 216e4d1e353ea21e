package io.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleSurveyTest {
  private static EmbeddedBroker broker;

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void manyKeysOfEqualWeightDrawNoWarning() throws Exception {
    // given
    produce("even", i -> "customer-" + i, i -> "{\"age\": 1, \"left\": \"yes\"}");

    // when
    int code = check("even", "--sample", "2000");

    // then
    assertThat(code).isZero();
    assertThat(out.toString())
        .containsPattern(
            "2000 samples, \\d+ \\(\\d+\\.\\d %\\) held out \\(holdout.share is 0.1\\)")
        .contains("partition 0: 1000 samples", "partition 1: 1000 samples", "2000 keys");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void fewKeysThatCarryMuchAreWarnedOf() throws Exception {
    // given: nine of ten samples are of three customers
    produce(
        "uneven",
        i -> "customer-" + (i % 10 == 0 ? i : i % 3),
        i -> "{\"age\": 1, \"left\": \"yes\"}");

    // when
    int code = check("uneven", "--sample", "2000");

    // then
    assertThat(code).isZero();
    assertThat(err.toString())
        .contains("warning: few keys have many of the samples: 2 of")
        .contains("holdout.by: field or offset");
  }

  @Test
  void newestSamplesAreLookedAtAndRejectsAreCounted() throws Exception {
    // given
    produce(
        "mixed",
        i -> "customer-" + i,
        i ->
            i < 1000
                ? "none"
                : i % 4 < 2 ? "{\"left\": \"yes\"}" : "{\"age\": 1, \"left\": \"no\"}");

    // when
    check("mixed", "--sample", "1000");

    // then
    assertThat(out.toString())
        .contains("500 samples,", "500 rejected: MISSING_FIELD")
        .doesNotContain("UNDECODABLE");
  }

  @Test
  void keysThatBeginAlikeAreTakenForWhatTheyAre() throws Exception {
    // given: only what comes after 40 characters differs
    produce("long", i -> "c".repeat(60) + i, i -> "{\"age\": 1, \"left\": \"yes\"}");

    // when
    check("long", "--sample", "2000");

    // then
    assertThat(out.toString()).contains("2000 keys").contains("c".repeat(40) + "…: 1 samples");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void countBelowZeroIsRefused() throws Exception {
    // when
    int code = check("any", "--sample", "-5");

    // then
    assertThat(code).isEqualTo(2);
    assertThat(err.toString()).contains("--sample: found -5, expected a count");
  }

  @Test
  void topicThatDoesNotExistIsNamed() throws Exception {
    // when
    int code = check("nowhere", "--sample", "10");

    // then
    assertThat(code).isEqualTo(1);
    assertThat(err.toString()).contains("'nowhere'").doesNotContain("\tat ");
  }

  @Test
  void debugShowsWhereAFailureCameFrom() throws Exception {
    // when
    int code = check("nowhere", "--sample", "10", "--debug");

    // then
    assertThat(code).isEqualTo(1);
    assertThat(err.toString()).contains("\tat io.millrace.records.RecentSamples");
  }

  private static void produce(String topic, IntFunction<String> key, IntFunction<String> value)
      throws Exception {
    Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (var admin = Admin.create(settings)) {
      admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
    }
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < 2000; i++) {
        producer.send(
            new ProducerRecord<>(
                topic, i % 2, key.apply(i).getBytes(UTF_8), value.apply(i).getBytes(UTF_8)));
      }
    }
  }

  private int check(String topic, String... more) throws IOException {
    Path file = directory.resolve("pipeline.yaml");
    Files.writeString(
        file,
        """
        pipeline: churn
        kafka: {bootstrap.servers: '%s'}
        samples: {topic: %s}
        features:
          - {name: age, type: number}
        label: {type: class, field: left, values: ['no', 'yes']}
        """
            .formatted(broker.bootstrapServers(), topic));
    var arguments = new java.util.ArrayList<>(List.of("config", "check", file.toString()));
    arguments.addAll(List.of(more));
    return Millrace.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments.toArray(String[]::new));
  }
}

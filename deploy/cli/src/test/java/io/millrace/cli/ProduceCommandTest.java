package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.records.ResumedTopic;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProduceCommandTest {
  private static final String RECORDS =
      """
      order_id,amount,paid
      1,12.5,yes
      2,7,no
      3,,yes
      """;

  private static EmbeddedBroker broker;

  @TempDir Path directory;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start();
  }

  @AfterAll
  static void closeBroker() {
    broker.close();
  }

  @Test
  void rowsOfAFileBecomeRecordsOfATopicThatItMakes() throws IOException {
    // given
    Path records = Files.writeString(directory.resolve("orders.csv"), RECORDS);

    // when
    Said said = produce("orders", "--records", records.toString(), "--partitions", "2");

    // then
    assertThat(said).isEqualTo(new Said(0, "orders: 3 records sent, 0 already there", ""));
    assertThat(topic("orders").ends()).containsExactly(2L, 1L);
    assertThat(topic("orders").last())
        .extracting(String::new)
        .containsExactly(
            "{\"order_id\":\"3\",\"paid\":\"yes\"}",
            "{\"order_id\":\"2\",\"amount\":7,\"paid\":\"no\"}");
  }

  @Test
  void startedAgainItSendsOnlyWhatIsNotThere() throws IOException {
    // given
    Path records = Files.writeString(directory.resolve("orders.csv"), RECORDS);
    produce("again", "--records", records.toString());
    Files.writeString(records, RECORDS + "4,1,no\n");

    // when
    Said said = produce("again", "--records", records.toString());

    // then
    assertThat(said.out()).isEqualTo("again: 1 records sent, 3 already there");
  }

  @Test
  void aTopicOfOtherRecordsIsRefused() throws IOException {
    // given
    Path records = Files.writeString(directory.resolve("orders.csv"), RECORDS);
    produce("other", "--records", records.toString());
    Files.writeString(records, RECORDS.replace("12.5", "13"));

    // when
    Said said = produce("other", "--records", records.toString());

    // then
    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.err()).contains("other-0 holds other records at offset 0");
  }

  @Test
  void whereNothingSaysWhatToSendTheCallIsWrong() throws IOException {
    // when
    Said said = produce("nothing");

    // then
    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.err()).contains("--flights").contains("--records");
  }

  private static ResumedTopic topic(String name) {
    return ResumedTopic.read(Map.of("bootstrap.servers", broker.bootstrapServers()), name);
  }

  private record Said(int exitCode, String out, String err) {}

  private Said produce(String topic, String... options) throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("pipeline.yaml"),
            """
            pipeline: orders
            kafka: {bootstrap.servers: "%s"}
            samples: {topic: %s}
            features: [{name: amount, type: number}]
            label: {type: class, field: paid, values: ['no', 'yes']}
            """
                .formatted(broker.bootstrapServers(), topic));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        Millrace.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(
                java.util.stream.Stream.concat(
                        List.of("produce", file.toString()).stream(), List.of(options).stream())
                    .toArray(String[]::new));
    return new Said(exitCode, out.toString().strip(), err.toString().strip());
  }
}

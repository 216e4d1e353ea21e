package io.millrace.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EmbeddedBrokerTest {
  private static final TopicPartition TOPIC = new TopicPartition("letters", 0);

  @TempDir Path temp;

  @Test
  void committedRecordsAreReadAndAbortedOnesAreNot() throws Exception {
    try (var broker = EmbeddedBroker.start()) {
      // given
      createTopic(broker);

      // when
      try (var producer = producer(broker, Map.of("transactional.id", "writer"))) {
        producer.initTransactions();
        send(producer, "aborted", false);
        send(producer, "committed", true);
      }

      // then
      assertThat(readAll(broker)).containsExactly("committed");
    }
  }

  @Test
  void restartOnTheSameDirectoryKeepsRecordsAndClusterId() throws Exception {
    // given
    String clusterId;
    try (var broker = EmbeddedBroker.builder().directory(temp).start()) {
      clusterId = broker.clusterId();
      createTopic(broker);
      try (var producer = producer(broker, Map.of("transactional.id", "writer"))) {
        producer.initTransactions();
        send(producer, "before", true);
      }
    }

    // when
    try (var broker = EmbeddedBroker.builder().directory(temp).start()) {
      // then
      assertThat(broker.clusterId()).isEqualTo(clusterId);
      assertThat(readAll(broker)).containsExactly("before");
    }
  }

  @Test
  void brokersInOneProcessDoNotSeeEachOthersTopics() throws Exception {
    // given
    try (var one = EmbeddedBroker.start();
        var other = EmbeddedBroker.start();
        var admin = Admin.create(Map.of("bootstrap.servers", other.bootstrapServers()))) {
      // when
      createTopic(one);

      // then
      assertThat(admin.listTopics().names().get()).isEmpty();
      assertThat(other.directory()).isNotEqualTo(one.directory());
    }
  }

  @Test
  void temporaryDirectoryIsDeletedAtClose() {
    // given
    var broker = EmbeddedBroker.start();
    assertThat(broker.directory()).isDirectory();

    // when
    broker.close();
    broker.close();

    // then
    assertThat(broker.directory()).doesNotExist();
  }

  @Test
  void processOfItsOwnKeepsCommittedRecordsThroughKill() throws Exception {
    // given
    var killed = startProcess();
    try (var producer = producer(killed.address(), Map.of("acks", "all"))) {
      createTopic(killed.address());
      producer.send(new ProducerRecord<>(TOPIC.topic(), "written")).get();
    }
    assertThatThrownBy(() -> EmbeddedBroker.builder().directory(temp).start())
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("in use by another process");

    // when
    killed.process().destroyForcibly().waitFor();

    // then
    var restart =
        EmbeddedBroker.builder()
            .directory(temp)
            .property("broker.heartbeat.interval.ms", "500")
            .property("broker.session.timeout.ms", "1000");
    try (var broker = restart.start()) {
      assertThat(readAll(broker)).containsExactly("written");
    }
  }

  @Test
  void portInUseIsSaidBeforeAnythingIsWritten() throws IOException {
    // given
    Path directory = temp.resolve("data");
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      // when
      var builder = EmbeddedBroker.builder().directory(directory).port(taken.getLocalPort());

      // then
      assertThatThrownBy(builder::start)
          .isInstanceOf(BrokerException.class)
          .hasMessage(
              "broker port %d on 127.0.0.1 cannot be used: Address already in use; name another port, or 0 for any free port",
              taken.getLocalPort());
      assertThat(directory).doesNotExist();
    }
  }

  @Test
  void directoryOfARunningBrokerIsRefusedAndThatBrokerGoesOn() throws Exception {
    try (var broker = EmbeddedBroker.builder().directory(temp).start()) {
      // when
      var second = EmbeddedBroker.builder().directory(temp);

      // then
      assertThatThrownBy(second::start)
          .isInstanceOf(BrokerException.class)
          .hasMessageContaining("in use by another broker of this process");
      createTopic(broker);
    }
  }

  @Test
  void directoryOfAnotherClusterIsRefused() {
    // given
    EmbeddedBroker.builder().directory(temp).clusterId("Qm9ybkluVGhlTW9ybg").start().close();

    // when
    var other = EmbeddedBroker.builder().directory(temp).clusterId("QW5vdGhlck9uZUhlcg");

    // then
    assertThatThrownBy(other::start)
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining(
            "belongs to cluster 'Qm9ybkluVGhlTW9ybg', expected 'QW5vdGhlck9uZUhlcg'");
  }

  @Test
  void directoryWithOtherFilesIsRefused() throws IOException {
    // given
    Files.writeString(temp.resolve("thesis.txt"), "dear");

    // when
    var builder = EmbeddedBroker.builder().directory(temp);

    // then
    assertThatThrownBy(builder::start)
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("contains 'thesis.txt' but no meta.properties");
  }

  @Test
  void badSettingIsSaidAndTheDirectoryIsFreeAgain() {
    // given
    var builder = EmbeddedBroker.builder().directory(temp);

    // when
    assertThatThrownBy(() -> builder.property("num.io.threads", "none").start())
        .hasMessageContaining("num.io.threads");

    // then
    builder.property("num.io.threads", "2").start().close();
  }

  private record OwnProcess(Process process, String address) {}

  private OwnProcess startProcess() throws IOException {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile"),
                BrokerMain.class.getName(),
                temp.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    return new OwnProcess(process, out.readLine());
  }

  private static void createTopic(EmbeddedBroker broker) throws Exception {
    createTopic(broker.bootstrapServers());
  }

  private static void createTopic(String bootstrapServers) throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin.createTopics(List.of(new NewTopic(TOPIC.topic(), 1, (short) 1))).all().get();
    }
  }

  private static KafkaProducer<String, String> producer(
      EmbeddedBroker broker, Map<String, Object> settings) {
    return producer(broker.bootstrapServers(), settings);
  }

  private static KafkaProducer<String, String> producer(
      String bootstrapServers, Map<String, Object> settings) {
    var all = new HashMap<>(settings);
    all.put("bootstrap.servers", bootstrapServers);
    return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
  }

  private static void send(KafkaProducer<String, String> producer, String value, boolean commit)
      throws Exception {
    producer.beginTransaction();
    producer.send(new ProducerRecord<>(TOPIC.topic(), value)).get();
    if (commit) {
      producer.commitTransaction();
    } else {
      producer.abortTransaction();
    }
  }

  private static List<String> readAll(EmbeddedBroker broker) throws Exception {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "isolation.level",
            "read_committed",
            "auto.offset.reset",
            "earliest");
    var values = new ArrayList<String>();
    try (var consumer =
            new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
        var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      consumer.assign(List.of(TOPIC));
      // A commit returns before its marker is on the topic: the end of all records is waited for.
      long end =
          admin
              .listOffsets(Map.of(TOPIC, OffsetSpec.latest()))
              .partitionResult(TOPIC)
              .get()
              .offset();
      while (consumer.position(TOPIC) < end) {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
      }
    }
    return values;
  }
}

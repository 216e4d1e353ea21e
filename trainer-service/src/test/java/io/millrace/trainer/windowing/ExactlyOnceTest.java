package io.millrace.trainer.windowing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.features.Holdout;
import io.millrace.schemas.topics.GroupNames;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import io.millrace.trainer.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Every sample goes to one place, through kills and rebalances: a ledger by offset shows it. */
class ExactlyOnceTest {
  private static final int PARTITIONS = 4;
  private static final int BAD_EVERY = 97;

  private static EmbeddedBroker broker;
  private static Admin admin;

  @TempDir private Path directory;
  private Path pipeline;
  private PipelineConfig config;
  private String samples;
  private TopicPartition trainLog;
  private int sent;

  @BeforeAll
  static void startBroker() {
    broker =
        EmbeddedBroker.builder()
            .property("transaction.abort.timed.out.transaction.cleanup.interval.ms", "200")
            .property("group.initial.rebalance.delay.ms", "0")
            .property("group.min.session.timeout.ms", "1000")
            .start();
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  @AfterAll
  static void stopBroker() {
    admin.close();
    broker.close();
  }

  @BeforeEach
  void createTopics(TestInfo test) throws Exception {
    String name = test.getTestMethod().orElseThrow().getName().substring(0, 20);
    samples = name + ".samples";
    pipeline = directory.resolve("pipeline.yaml");
    Files.writeString(
        pipeline,
        """
        pipeline: %s
        kafka:
          bootstrap.servers: %s
          transaction.timeout.ms: 2000
          session.timeout.ms: 2000
          heartbeat.interval.ms: 500
        samples: {topic: %s}
        features: [{name: x, type: number}]
        label: {type: threshold, field: y, above: 0.5}
        holdout: {share: 0.1, by: offset}
        model: {recipe: linear}
        training: {per_device_train_batch_size: 50, batch_max_wait: 500ms}
        """
            .formatted(name, broker.bootstrapServers(), samples));
    config = new PipelineLoader(Map.of(), List.of()).load(pipeline).config();
    trainLog = new TopicPartition(new TopicNames(name).trainLog(), 0);
    admin.createTopics(List.of(new NewTopic(samples, PARTITIONS, (short) 1))).all().get();
    Topics.create(admin, TopicPlan.of(config));
  }

  @Test
  @Tag("slow")
  void killedThreeTimesEachSampleIsTrainedOrRejectedOnce() throws Exception {
    killAndCompare(30_000, 3);
  }

  @Test
  @Tag("long")
  void killedTwentyTimesEachSampleIsTrainedOrRejectedOnce() throws Exception {
    killAndCompare(200_000, 20);
  }

  private void killAndCompare(int count, int kills) throws Exception {
    // given
    Random random = new Random(7);
    Path log = directory.resolve("windowing.log");
    int open = 0;

    // when: some samples are sent, the process is killed meanwhile, and another one starts
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (int kill = 0; kill < kills; kill++) {
        Process process = ChildProcess.start(WindowingProcess.class, pipeline, log);
        Set<Long> before = writing();
        int until = count * (kill + 1) / (kills + 1);
        int flowing = sent + random.nextInt(until - sent);
        sent = send(producer, sent, flowing);
        awaitOwnBatch(process, before, log);
        sent = send(producer, sent, until);
        int most = until + count / (kills + 1) / 2;
        open += killWithinATransaction(process, before, producer, most, log) ? 1 : 0;
      }
      send(producer, sent, count);
    }
    Process last = ChildProcess.start(WindowingProcess.class, pipeline, log);

    // then
    try (WindowingLedger ledger = new WindowingLedger(config, broker.bootstrapServers())) {
      assertLedger(ledger, count);
    } finally {
      last.destroyForcibly().waitFor();
    }
    System.out.printf(
        "%d samples, %d kills, %d of them while a train batch was written but not committed%n",
        count, kills, open);
    assertThat(open)
        .as("kills while a train batch was written but not committed")
        .isGreaterThanOrEqualTo((kills + 1) / 2);
  }

  @Test
  @Tag("slow")
  void instanceAddedAndInstanceRemovedEachSampleIsTrainedOrRejectedOnce() throws Exception {
    // given
    int count = 60_000;
    Path log = directory.resolve("windowing.log");
    Process first = ChildProcess.start(WindowingProcess.class, pipeline, log);
    try (KafkaProducer<byte[], byte[]> producer = producer();
        WindowingLedger ledger = new WindowingLedger(config, broker.bootstrapServers())) {
      sent = send(producer, 0, 10_000);
      await().atMost(Duration.ofSeconds(60)).until(() -> ledger.read() > 5_000);

      // when: another instance joins while samples flow, then the first one is closed
      Process second = ChildProcess.start(WindowingProcess.class, pipeline, log);
      sent = sendUntil(producer, sent, 40_000, () -> instances() == 2);
      first.destroy();
      sent = sendUntil(producer, sent, count, () -> instances() == 1);
      send(producer, sent, count);

      // then
      assertLedger(ledger, count);
      second.destroyForcibly().waitFor();
    } finally {
      first.destroyForcibly().waitFor();
    }
  }

  private void assertLedger(WindowingLedger ledger, int count) {
    Set<String> bad = new TreeSet<>();
    Set<String> good = new TreeSet<>();
    Holdout holdout = new Holdout(config.holdout());
    for (int i = 0; i < count; i++) {
      int partition = i % PARTITIONS;
      long offset = i / PARTITIONS;
      if (isBad(i)) {
        bad.add(partition + "/" + offset);
      } else if (!holdout.includes(null, 0, partition, offset)) {
        good.add(partition + "/" + offset);
      }
    }
    await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(1))
        .until(() -> ledger.read() >= good.size() + bad.size());
    assertThat(ledger.trained().keySet()).isEqualTo(good);
    assertThat(ledger.rejected().keySet()).isEqualTo(bad);
    assertThat(WindowingLedger.repeated(ledger.trained())).isEmpty();
    assertThat(WindowingLedger.repeated(ledger.rejected())).isEmpty();
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", "5"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private int send(KafkaProducer<byte[], byte[]> producer, int from, int to) {
    for (int i = from; i < to; i++) {
      byte[] value = isBad(i) ? "{\"x\": ".getBytes(UTF_8) : WindowingPipelines.sample(i);
      producer.send(new ProducerRecord<>(samples, i % PARTITIONS, null, value));
    }
    producer.flush();
    return to;
  }

  private int sendUntil(
      KafkaProducer<byte[], byte[]> producer,
      int from,
      int most,
      java.util.concurrent.Callable<Boolean> done)
      throws Exception {
    int sent = from;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!done.call() && System.nanoTime() < deadline) {
      sent = send(producer, sent, Math.min(most, sent + 200));
    }
    assertThat(done.call()).isTrue();
    return sent;
  }

  private static boolean isBad(int i) {
    return i % BAD_EVERY == 0;
  }

  /** Each thread of an instance is a member of the group; their names begin with the instance's. */
  private long instances() throws Exception {
    String group = new GroupNames(config.pipeline()).windowing();
    var groups = admin.describeConsumerGroups(List.of(group)).all().get();
    return groups.values().iterator().next().members().stream()
        .map(member -> member.clientId().replaceAll("-StreamThread-.*", ""))
        .distinct()
        .count();
  }

  /** The producers with batches in the train log that are not committed yet. */
  private Set<Long> writing() throws Exception {
    Set<Long> producers = new TreeSet<>();
    var result = admin.describeProducers(List.of(trainLog)).partitionResult(trainLog).get();
    for (ProducerState producer : result.activeProducers()) {
      if (producer.currentTransactionStartOffset().isPresent()) {
        producers.add(producer.producerId());
      }
    }
    return producers;
  }

  private boolean writesBeside(Set<Long> others) throws Exception {
    return writing().stream().anyMatch(id -> !others.contains(id));
  }

  /**
   * Halts the process when it has written a train batch but not committed it, and kills it there;
   * or wherever it is, if that does not happen within seconds. Sends more samples to make it
   * happen.
   */
  private boolean killWithinATransaction(
      Process process, Set<Long> before, KafkaProducer<byte[], byte[]> producer, int most, Path log)
      throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    boolean halted = false;
    while (!halted && System.nanoTime() < deadline) {
      assertThat(process.isAlive()).as(() -> ChildProcess.printed(log)).isTrue();
      if (writesBeside(before)) {
        signal(process, "-STOP");
        halted = writesBeside(before);
        if (!halted) {
          signal(process, "-CONT");
        }
      } else {
        sent = send(producer, sent, Math.min(sent + 100, most));
      }
    }
    process.destroyForcibly().waitFor();
    return writesBeside(before);
  }

  private static void signal(Process process, String signal) throws Exception {
    new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
  }

  private void awaitOwnBatch(Process process, Set<Long> before, Path log) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              assertThat(process.isAlive()).as(() -> ChildProcess.printed(log)).isTrue();
              return writesBeside(before);
            });
  }
}

package io.millrace.trainer.windowing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import io.millrace.schemas.topics.TopicsException;
import io.millrace.trainer.deadletters.DeadLetterBox;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where windowing begins, and which losses it refuses to ignore. */
class SampleSourceTest {
  private static EmbeddedBroker broker;
  private static Admin admin;
  private static int tests;

  private final String topic = "samples" + ++tests;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.builder().property("group.initial.rebalance.delay.ms", "0").start();
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  @AfterAll
  static void stopBroker() {
    admin.close();
    broker.close();
  }

  @BeforeEach
  void createTopic() throws Exception {
    admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
  }

  @Test
  void firstStartBeginsWhereTheSettingSays() throws Exception {
    // given
    send(0, 10, 0);
    send(1, 4, 0);

    // when
    Set<String> fromEarliest = windowed(config("pipeline=early"), 14);
    PipelineConfig late = config("pipeline=late", "samples.start=latest");
    Topics.create(admin, TopicPlan.of(late));
    new SampleSource(admin, late).prepare(new SampleSource(admin, late).describe());
    send(0, 2, 10);
    Set<String> fromLatest = windowed(late, 2);

    // then
    assertThat(fromEarliest).hasSize(14);
    assertThat(fromLatest).containsExactly("0/10", "0/11");
  }

  @Test
  void firstStartCanBeginAtATime() throws Exception {
    // given: partition 1 has no record at or after that time
    Instant time = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    sendAt(0, time.minusMillis(1), 3);
    sendAt(0, time, 2);
    sendAt(1, time.minusMillis(1), 3);
    PipelineConfig config = config("samples.start=" + time);
    Topics.create(admin, TopicPlan.of(config));

    // when
    new SampleSource(admin, config).prepare(new SampleSource(admin, config).describe());
    sendAt(1, time.minusMillis(1), 1);

    // then
    assertThat(windowed(config, 3)).containsExactly("0/3", "0/4", "1/3");
  }

  @Test
  void recordTooLargeForTheDeadLettersStopsNothing() throws Exception {
    // given
    PipelineConfig config = config();
    Topics.create(admin, TopicPlan.of(config));
    ConfigResource letters =
        new ConfigResource(
            ConfigResource.Type.TOPIC, new TopicNames(config.pipeline()).deadLetters());
    ConfigEntry limit = new ConfigEntry("max.message.bytes", "20000");
    admin
        .incrementalAlterConfigs(Map.of(letters, List.of(new AlterConfigOp(limit, OpType.SET))))
        .all()
        .get();
    send(0, 1, "x".repeat(500_000));
    send(0, 2, 0);

    // when
    Set<String> trained = windowed(config, 3);

    // then
    assertThat(trained).containsExactly("0/1", "0/2");
    DeadLetter letter = new DeadLetterBox(config).read().get(topic + "/0/0");
    assertThat(letter).isNotNull();
    assertThat(letter.getCutFromBytes()).isEqualTo(500_000);
    assertThat(letter.getValue().size()).isBetween(15_000, 20_000);
  }

  @Test
  void deadLettersThatHoldNextToNothingAreRefused() throws Exception {
    // given
    PipelineConfig config = config("kafka.max.request.size=10000");

    // when / then
    assertThatThrownBy(() -> start(config).close())
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("messages of 10000 bytes are allowed")
        .hasMessageContaining("at least 16384 are needed");
  }

  @Test
  void everyMeterOfTheOperatorsPageIsThere() throws Exception {
    // given
    PipelineConfig config = config("features=[{name: x, type: number}]", "holdout.share=0.5");
    Topics.create(admin, TopicPlan.of(config));
    send(0, 40, 0);
    send(0, 1, "no json");

    // when
    try (Meters meters = new Meters();
        Windowing windowing = Windowing.start(config, meters, new Readiness())) {
      await()
          .atMost(Duration.ofSeconds(40))
          .until(
              () ->
                  windowing.end().isDone()
                      || meters.scrape().contains("millrace_windowing_batches_total"));

      // then
      await()
          .atMost(Duration.ofSeconds(40))
          .untilAsserted(
              () ->
                  assertThat(meters.scrape())
                      .contains(
                          "millrace_windowing_samples_total 41.0",
                          "millrace_windowing_trained_total ",
                          "millrace_windowing_held_out_total ",
                          "millrace_windowing_rejected_total{reason=\"undecodable\"} 1.0",
                          "millrace_windowing_batches_total{closed=\"full\"}",
                          "millrace_windowing_batch_fill_sum",
                          "millrace_windowing_open_batch_age_seconds 0.0",
                          "millrace_windowing_lag_samples 0.0"));
    }
  }

  @Test
  void topicThatIsNotThereIsNamed() {
    // given
    PipelineConfig config = config("samples.topic=absent");

    // when / then
    assertThatThrownBy(() -> start(config).close())
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("topic absent does not exist")
        .hasMessageContaining("samples.topic");
  }

  @Test
  void batchTooLargeForTheTrainLogIsRefusedWithTheArithmetic() {
    // given
    PipelineConfig config = config("training.per_device_train_batch_size=1000000");

    // when / then
    assertThatThrownBy(() -> start(config).close())
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("1000000 samples of 4 bytes")
        .hasMessageContaining("max.message.bytes is 8388608");
  }

  @Test
  void samplesGoneBeforeTheyWereReadStopItUntilTheLossIsAccepted() throws Exception {
    // given
    PipelineConfig config = config();
    send(0, 10, 0);
    windowed(config, 10);
    send(0, 10, 10);
    TopicPartition partition = new TopicPartition(topic, 0);
    admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(15))).all().get();

    // when
    assertThatThrownBy(() -> start(config).close())
        .isInstanceOf(SourceException.class)
        .hasMessageContaining(topic + "-0: offsets 10 to 15 (exclusive) were deleted")
        .hasMessageContaining("millrace samples accept-loss FILE");
    List<SampleSource.LostSamples> losses = new SampleSource(admin, config).acceptLosses();

    // then: the loss is in the dead letters, and counts as decided
    assertThat(losses).containsExactly(new SampleSource.LostSamples(0, 10, 15));
    assertThat(windowed(config, 16)).hasSize(15).contains("0/9", "0/15").doesNotContain("0/14");
  }

  @Test
  void addedPartitionsAreRefusedUntilAcceptedAndNothingIsLostOrRepeated() throws Exception {
    // given: an open batch is in the store of partition 0
    PipelineConfig config = config("training.dataloader_drop_last=true");
    send(0, 6, 0);
    windowed(config, 4);
    admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(3))).all().get();
    send(2, 4, 0);
    send(0, 2, 6);

    // when
    assertThatThrownBy(() -> start(config).close())
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("topic " + topic + " has 3 partitions, previously it had 2")
        .hasMessageContaining("millrace samples accept-partitions FILE");
    int added = new SampleSource(admin, config).acceptPartitions();

    // then
    assertThat(added).isEqualTo(1);
    assertThat(windowed(config, 12)).isEqualTo(places(0, 8, 2, 4));
  }

  @Test
  void deadLetterThatWasSentBackIsTrainedOnceTheFeaturesTakeIt() throws Exception {
    // given
    send(0, 3, 0);
    send(0, 1, "{\"y\": 1}");
    windowed(config(), 4);
    PipelineConfig mended = config("features=[{name: x, type: number, default: 0}]");
    DeadLetterBox box = new DeadLetterBox(mended);
    var letters = box.read();

    // when
    box.sendBack(letters.values());

    // then: its new offset is 4 (offset 5 ends the transaction), and its dead letter is gone
    assertThat(letters.keySet()).containsExactly(topic + "/0/3");
    assertThat(windowed(mended, 5)).isEqualTo(new TreeSet<>(Set.of("0/0", "0/1", "0/2", "0/4")));
    assertThat(box.read()).isEmpty();
  }

  private static Set<String> places(int first, int ofFirst, int second, int ofSecond) {
    Set<String> places = new TreeSet<>();
    Stream.concat(
            IntStream.range(0, ofFirst).mapToObj(offset -> first + "/" + offset),
            IntStream.range(0, ofSecond).mapToObj(offset -> second + "/" + offset))
        .forEach(places::add);
    return places;
  }

  private PipelineConfig config(String... sets) {
    String[] all =
        Stream.concat(
                Stream.of(
                    "pipeline=" + topic + "-pipeline",
                    "samples.topic=" + topic,
                    "holdout.share=0",
                    "kafka.bootstrap.servers=" + broker.bootstrapServers(),
                    "training.batch_max_wait=200ms"),
                Stream.of(sets))
            .toArray(String[]::new);
    return WindowingPipelines.with(all);
  }

  private Windowing start(PipelineConfig config) {
    Topics.create(admin, TopicPlan.of(config));
    // a topic that was just created can be described only a moment later
    await()
        .ignoreExceptionsInstanceOf(TopicsException.class)
        .untilAsserted(() -> Topics.check(admin, TopicPlan.of(config)));
    return Windowing.start(config, new Meters(), new Readiness());
  }

  /** Runs windowing until this many samples are processed, and stops it. */
  private Set<String> windowed(PipelineConfig config, int samples) {
    try (Windowing windowing = start(config);
        WindowingLedger ledger = new WindowingLedger(config, broker.bootstrapServers())) {
      await()
          .atMost(Duration.ofSeconds(40))
          .until(() -> windowing.end().isDone() || ledger.read() >= samples);
      assertThat(WindowingLedger.repeated(ledger.trained())).isEmpty();
      return ledger.trained().keySet();
    }
  }

  private void send(int partition, int count, int from) {
    send(
        partition,
        IntStream.range(from, from + count)
            .mapToObj(WindowingPipelines::sample)
            .toArray(byte[][]::new));
  }

  private void send(int partition, int count, String value) {
    byte[][] values = new byte[count][];
    java.util.Arrays.fill(values, value.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    send(partition, values);
  }

  private void sendAt(int partition, Instant time, int count) {
    byte[][] values = new byte[count][];
    java.util.Arrays.fill(values, WindowingPipelines.sample(1));
    send(partition, time.toEpochMilli(), values);
  }

  private void send(int partition, byte[][] values) {
    send(partition, null, values);
  }

  private void send(int partition, @Nullable Long timestampMs, byte[][] values) {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of(
                "bootstrap.servers", broker.bootstrapServers(), "max.request.size", 10_000_000),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (byte[] value : values) {
        producer.send(new ProducerRecord<>(topic, partition, timestampMs, null, value));
      }
      producer.flush();
    }
  }
}

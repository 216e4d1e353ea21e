package io.millrace.trainer.windowing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where windowing begins, and what it refuses to pass over in silence. */
class SampleSourceTest {
  private EmbeddedBroker broker;
  private Admin admin;

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedBroker.builder().property("group.initial.rebalance.delay.ms", "0").start();
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    admin.createTopics(List.of(new NewTopic("samples", 2, (short) 1))).all().get();
  }

  @AfterEach
  void stop() {
    admin.close();
    broker.close();
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
  void topicThatIsNotThereIsNamed() {
    // given
    PipelineConfig config = config("samples.topic=absent");

    // when / then
    assertThatThrownBy(() -> start(config).close())
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("topic absent is not there")
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
    TopicPartition partition = new TopicPartition("samples", 0);
    admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(15))).all().get();

    // when
    assertThatThrownBy(() -> start(config).close())
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("samples-0: offsets 10 to 15 (exclusive) are gone")
        .hasMessageContaining("millrace samples accept-loss FILE");
    List<SampleSource.Loss> losses = new SampleSource(admin, config).acceptLosses();

    // then: the loss is in the dead letters, and counts as decided
    assertThat(losses).containsExactly(new SampleSource.Loss(0, 10, 15));
    assertThat(windowed(config, 16)).hasSize(15).contains("0/9", "0/15").doesNotContain("0/14");
  }

  @Test
  void addedPartitionsAreRefusedUntilAcceptedAndNothingIsLostOrRepeated() throws Exception {
    // given: an open batch is in the store of partition 0
    PipelineConfig config = config("training.dataloader_drop_last=true");
    send(0, 6, 0);
    windowed(config, 4);
    admin.createPartitions(Map.of("samples", NewPartitions.increaseTo(3))).all().get();
    send(2, 4, 0);
    send(0, 2, 6);

    // when
    assertThatThrownBy(() -> start(config).close())
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("topic samples has 3 partitions, before it had 2")
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

    // then: its new offset is 4 (offset 5 ends the transaction), and it is not a letter any more
    assertThat(letters.keySet()).containsExactly("samples/0/3");
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
                    "holdout.share=0",
                    "kafka.bootstrap.servers=" + broker.bootstrapServers(),
                    "training.batch_max_wait=200ms"),
                Stream.of(sets))
            .toArray(String[]::new);
    return Pipelines.with(all);
  }

  private Windowing start(PipelineConfig config) {
    Topics.create(admin, TopicPlan.of(config));
    return Windowing.start(config, new Meters(), new Readiness());
  }

  /** Runs windowing until so many samples are decided, and stops it. */
  private Set<String> windowed(PipelineConfig config, int samples) {
    try (Windowing windowing = start(config);
        Ledger ledger = new Ledger(config, broker.bootstrapServers())) {
      await()
          .atMost(Duration.ofSeconds(40))
          .until(() -> windowing.end().isDone() || ledger.read() >= samples);
      assertThat(Ledger.repeated(ledger.trained())).isEmpty();
      return ledger.trained().keySet();
    }
  }

  private void send(int partition, int count, int from) {
    send(
        partition,
        IntStream.range(from, from + count).mapToObj(Pipelines::sample).toArray(byte[][]::new));
  }

  private void send(int partition, int count, String value) {
    byte[][] values = new byte[count][];
    java.util.Arrays.fill(values, value.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    send(partition, values);
  }

  private void send(int partition, byte[][] values) {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (byte[] value : values) {
        producer.send(new ProducerRecord<>("samples", partition, null, value));
      }
      producer.flush();
    }
  }
}

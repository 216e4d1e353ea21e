package io.millrace.trainer.windowing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.lineage.Lineage;
import io.millrace.schemas.lineage.SamplePartition;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.topics.Announcements;
import io.millrace.schemas.topics.GroupNames;
import io.millrace.schemas.topics.SampleTimestamps;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import io.millrace.trainer.TrainerService;
import io.millrace.trainer.TrainerService.Half;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples before the pipeline began count as seen, whichever half starts first. */
@Tag("slow")
class BeginningTest {
  private static EmbeddedBroker broker;
  private static Admin admin;
  @TempDir private Path directory;
  private String topic = "";

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.builder().property("group.initial.rebalance.delay.ms", "0").start();
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  @AfterAll
  static void stop() {
    admin.close();
    broker.close();
  }

  @Test
  void trainingThatStartsFirstDecidesForWindowingToo() throws Exception {
    // given
    PipelineConfig config = pipeline("training-first", "samples.start=latest");
    send(0, 10);

    // when
    Lineage seen = initialLineage(config);
    send(0, 5);
    source(config).prepare(source(config).describe());

    // then
    assertThat(seen.hasSeen(partition(config, 0), 9)).isTrue();
    assertThat(seen.hasSeen(partition(config, 0), 10)).isFalse();
    assertThat(seen.nextOffset(partition(config, 1))).isZero();
    assertThat(position(config, 0)).isEqualTo(10);
  }

  @Test
  void theBeginningStaysWhereItWasWhenWindowingMovesOn() throws Exception {
    // given
    PipelineConfig config = pipeline("moved-on", "samples.start=latest");
    send(0, 10);
    source(config).prepare(source(config).describe());

    // when
    send(0, 30);
    moveWindowing(config, 0, 40);

    // then
    assertThat(initialLineage(config).nextOffset(partition(config, 0))).isEqualTo(10);
  }

  @Test
  void aBeginningThatKafkaForgotCountsMoreAsSeenNotLess() throws Exception {
    // given
    PipelineConfig config = pipeline("forgotten", "samples.start=latest");
    send(0, 10);
    source(config).prepare(source(config).describe());
    send(0, 30);
    moveWindowing(config, 0, 25);

    // when
    admin.deleteConsumerGroups(List.of(new GroupNames(config.pipeline()).beginning())).all().get();

    // then
    assertThat(initialLineage(config).nextOffset(partition(config, 0))).isEqualTo(25);
  }

  @Test
  void manyThatStartAtOnceWhileSamplesArriveAgreeOnOneBeginning() throws Exception {
    // given
    PipelineConfig config = pipeline("at-once", "samples.start=latest");
    ExecutorService starters = Executors.newFixedThreadPool(4);
    List<Future<Long>> found = new ArrayList<>();

    // when
    for (int i = 0; i < 4; i++) {
      boolean windowing = i % 2 == 0;
      found.add(
          starters.submit(
              () -> {
                if (windowing) {
                  source(config).prepare(source(config).describe());
                  return position(config, 0);
                }
                return initialLineage(config).nextOffset(partition(config, 0));
              }));
      send(0, 100);
    }
    List<Long> beginnings = new ArrayList<>();
    for (Future<Long> one : found) {
      beginnings.add(one.get());
    }
    starters.shutdown();

    // then
    assertThat(Set.copyOf(beginnings)).hasSize(1).containsExactly(position(config, 0));
  }

  @Test
  void samplesThatTheGivenWeightsHaveSeenCountAsSeen() throws Exception {
    // given
    PipelineConfig byOffsets =
        pipeline("by-offsets", "model.trained_until={offsets: {0: 7}}", "samples.start=earliest");
    send(0, 10);
    PipelineConfig byTime =
        pipeline("by-time", "model.trained_until={time: '%s'}".formatted(Instant.now()));
    PipelineConfig tomorrow =
        pipeline(
            "tomorrow",
            "model.trained_until={time: '%s'}".formatted(Instant.now().plus(Duration.ofDays(1))));

    // when / then
    assertThat(initialLineage(byOffsets).nextOffset(partition(byOffsets, 0))).isEqualTo(7);
    assertThat(initialLineage(byTime).nextOffset(partition(byTime, 0))).isZero();
    assertThatThrownBy(() -> initialLineage(tomorrow))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("is in the future");
  }

  @Test
  void weightsTrainedUntilATimeHaveSeenWhatWasThereThen() throws Exception {
    // given
    pipeline("until-now");
    send(0, 10);

    // when
    Instant until = Instant.now().plusMillis(5);
    PipelineConfig config =
        WindowingPipelines.with(
            settings("until-now", "model.trained_until={time: '%s'}".formatted(until)));
    await().until(() -> Instant.now().isAfter(until));

    // then
    assertThat(initialLineage(config).nextOffset(partition(config, 0))).isEqualTo(10);
  }

  @Test
  void theFirstCheckpointHasSeenWhatWasThereBeforeThePipeline() throws Exception {
    // given
    topic = "before";
    createSamples();
    send(0, 30);
    LoadedPipeline pipeline = loaded("before", "latest");
    Topics.create(admin, TopicPlan.of(pipeline.config()));

    // when
    try (var service = TrainerService.start(pipeline, EnumSet.allOf(Half.class))) {
      await().atMost(Duration.ofSeconds(30)).until(() -> !announced(pipeline).isEmpty());
      send(0, 8);
      await().atMost(Duration.ofSeconds(30)).until(() -> newest(pipeline).getStep() >= 2);
    }

    // then
    Lineage first = Lineage.fromProto(announced(pipeline).get(0).getLineage());
    Lineage last = Lineage.fromProto(newest(pipeline).getLineage());
    assertThat(first.nextOffset(partition(pipeline.config(), 0))).isEqualTo(30);
    assertThat(last.nextOffset(partition(pipeline.config(), 0))).isEqualTo(38);
  }

  @Test
  void timestampsOfProducersAreWorthAWarningAndThoseOfTheBrokerAreNot() throws Exception {
    // given
    pipeline("clocks");
    NewTopic appended =
        new NewTopic("appended", 1, (short) 1)
            .configs(Map.of("message.timestamp.type", "LogAppendTime"));
    admin.createTopics(List.of(appended)).all().get();
    await().until(() -> admin.listTopics().names().get().contains("appended"));

    // when / then
    assertThat(SampleTimestamps.warning(admin, "clocks").orElseThrow())
        .contains("message.timestamp.type=CreateTime")
        .contains("LogAppendTime");
    assertThat(SampleTimestamps.warning(admin, "appended")).isEmpty();
  }

  private PipelineConfig pipeline(String name, String... sets) throws Exception {
    topic = name;
    createSamples();
    PipelineConfig config = WindowingPipelines.with(settings(name, sets));
    Topics.create(admin, TopicPlan.of(config));
    return config;
  }

  private void createSamples() throws Exception {
    admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
    await().until(() -> admin.listTopics().names().get().contains(topic));
  }

  private static String[] settings(String name, String... sets) {
    return Stream.concat(
            Stream.of(
                "pipeline=" + name,
                "samples.topic=" + name,
                "kafka.bootstrap.servers=" + broker.bootstrapServers()),
            Stream.of(sets))
        .toArray(String[]::new);
  }

  private LoadedPipeline loaded(String name, String start) throws Exception {
    Path file = directory.resolve("pipeline.yaml");
    Files.writeString(
        file,
        """
        pipeline: %s
        kafka: {bootstrap.servers: '%s'}
        samples: {topic: %s, start: %s}
        features: [{name: x, type: number}]
        label: {type: threshold, field: y, above: 0.5}
        holdout: {share: 0, by: offset}
        model: {recipe: linear}
        training: {per_device_train_batch_size: 4, save_steps: 2}
        ops: {trainer_port: 0}
        """
            .formatted(name, broker.bootstrapServers(), name, start));
    return new PipelineLoader(Map.of(), List.of()).load(file);
  }

  private static SampleSource source(PipelineConfig config) {
    return new SampleSource(admin, config);
  }

  private static Lineage initialLineage(PipelineConfig config) {
    return source(config).initialLineage(source(config).describe());
  }

  private static SamplePartition partition(PipelineConfig config, int partition) {
    return new SamplePartition(
        config.samples().topic(), source(config).describe().topicId().toString(), partition);
  }

  private static long position(PipelineConfig config, int partition) throws Exception {
    OffsetAndMetadata committed =
        admin
            .listConsumerGroupOffsets(new GroupNames(config.pipeline()).windowing())
            .partitionsToOffsetAndMetadata()
            .get()
            .get(new TopicPartition(config.samples().topic(), partition));
    return Objects.requireNonNull(committed).offset();
  }

  private static void moveWindowing(PipelineConfig config, int partition, long offset)
      throws Exception {
    TopicPartition place = new TopicPartition(config.samples().topic(), partition);
    admin
        .alterConsumerGroupOffsets(
            new GroupNames(config.pipeline()).windowing(),
            Map.of(place, new OffsetAndMetadata(offset)))
        .all()
        .get();
  }

  private static List<Checkpoint> announced(LoadedPipeline pipeline) {
    try (var consumer = CommittedReader.open(pipeline.config().kafka())) {
      String checkpoints = new TopicNames(pipeline.config().pipeline()).checkpoints();
      return Announcements.read(consumer, checkpoints).inOrder();
    }
  }

  private static Checkpoint newest(LoadedPipeline pipeline) {
    List<Checkpoint> all = announced(pipeline);
    return all.get(all.size() - 1);
  }

  private void send(int partition, int count) {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < count; i++) {
        producer.send(new ProducerRecord<>(topic, partition, null, WindowingPipelines.sample(i)));
      }
      producer.flush();
    }
  }
}

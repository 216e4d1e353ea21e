package io.millrace.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.kafka.TopicRead;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.OpenBatchHead;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.ScoringState;
import io.millrace.schemas.proto.SettingsEpoch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The present code starts on the data of an earlier build and goes on. {@code upgrades/README.md}
 * among the test resources describes how that data was created.
 */
class UpgradeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int PARTITIONS = 4;
  private static final long RECORDS_BEFORE = 4 * 835;

  /** Of these the data has some already; the rest is sent to the present code. */
  private static final long FLIGHTS = 4_936;

  private static final long RECORDS = FLIGHTS + FLIGHTS / FlightRecords.FLIGHTS_PER_BROKEN;
  private static final long STEPS_BEFORE = 57;

  @TempDir private Path directory;

  @Test
  @Tag("slow")
  void dataFromBeforeStateHadVersionsGoesOn() throws Exception {
    // given
    extract("/upgrades/data-of-0.1.0-before-state-proto.tar.gz");

    // when
    Summary summary = run();

    // then: no record is missing or counted twice, in training or in evaluation, from the first on
    assertThat(summary.mismatches()).isEmpty();
    assertThat(summary.samples().produced()).isEqualTo(RECORDS).isGreaterThan(RECORDS_BEFORE);
    assertThat(summary.steps()).isGreaterThan(STEPS_BEFORE);
    Path broker = directory.resolve("broker");
    try (EmbeddedBroker reopened = EmbeddedBroker.builder().directory(broker).start();
        Consumer<byte[], byte[]> reader = CommittedReader.open(kafka(reopened));
        Admin admin = Admin.create(Map.<String, Object>copyOf(kafka(reopened)))) {
      requireTrainingWentOn(read(reader, "flights.checkpoints", 0));
      requireTrialsWentOn(read(reader, "flights.promotions", 0));
      requireOpenBatchesAreOfVersion1(reader);
      requireBaselinesWentOn(admin, summary.samples());
    }
  }

  /* One model from the beginning on: a new start would have announced another one of step 0. */
  private static void requireTrainingWentOn(List<Entry> announced)
      throws InvalidProtocolBufferException {
    List<Checkpoint> checkpoints = new ArrayList<>();
    for (Entry entry : announced) {
      if (entry.value() != null) {
        checkpoints.add(Checkpoint.parseFrom(entry.bytes()));
      }
    }
    assertThat(checkpoints).filteredOn(checkpoint -> checkpoint.getStep() == 0).hasSize(1);
    Checkpoint newest = checkpoints.get(checkpoints.size() - 1);
    assertThat(newest.getStep()).isGreaterThan(STEPS_BEFORE);
    assertThat(newest.getSettingsHistoryList())
        .extracting(SettingsEpoch::getVersion)
        .containsOnly(1);
    SettingsEpoch first = newest.getSettingsHistory(0);
    assertThat(first.getFromTrainLogOffset()).isZero();
    assertThat(first.getSettingsMap())
        .containsEntry("training.learning_rate", "0.01")
        .doesNotContainKeys("training", "model");
  }

  /* The trial under way at the end of the data was decided by its figures, not given up. */
  private static void requireTrialsWentOn(List<Entry> decisions)
      throws InvalidProtocolBufferException {
    for (Entry entry : decisions) {
      assertThat(Promotion.parseFrom(entry.bytes()).getReason()).doesNotContain("was lost");
    }
    assertThat(Promotion.parseFrom(decisions.get(0).bytes()).getTrial()).isEqualTo(1);
  }

  private static void requireOpenBatchesAreOfVersion1(Consumer<byte[], byte[]> reader)
      throws InvalidProtocolBufferException {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      OpenBatchHead head = OpenBatchHead.getDefaultInstance();
      for (Entry entry : read(reader, "flights-windowing-open-batch-changelog", partition)) {
        if (ByteBuffer.wrap(Objects.requireNonNull(entry.key())).getInt() == -1
            && entry.bytes()[0] != 0) {
          head = OpenBatchHead.parseFrom(entry.bytes());
        }
      }
      assertThat(head.getVersion()).isEqualTo(1);
      assertThat(head.getFirstOffset()).isGreaterThan(800);
    }
  }

  /* Baselines learn each sample once: after a new start they would have fewer. */
  private static void requireBaselinesWentOn(Admin admin, Summary.Samples samples)
      throws Exception {
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets("flights-scoring").partitionsToOffsetAndMetadata().get();
    double learned = 0;
    for (OffsetAndMetadata position : committed.values()) {
      ScoringState state =
          ScoringState.parseFrom(Base64.getUrlDecoder().decode(position.metadata()));
      assertThat(state.getVersion()).isEqualTo(1);
      learned += state.getLabels().getWeight();
    }
    assertThat(learned).isEqualTo(samples.produced() - samples.rejected());
  }

  private Summary run() throws Exception {
    DemoSettings settings =
        new DemoSettings(
            Optional.of(directory),
            Optional.empty(),
            FLIGHTS,
            OptionalDouble.empty(),
            2_500,
            1_500,
            List.of(
                "model.hidden=[8]",
                "model.embedding=2",
                "ops.trainer_port=0",
                "ops.eval_port=0",
                "training.learning_rate=0.01",
                "training.batch_max_wait=1s",
                "training.save_steps=25",
                "training.save_total_limit=3",
                "evaluation.challengers=1",
                "evaluation.window=3h",
                "evaluation.ring=100",
                "promotion.alpha=0.9",
                "promotion.min_samples=200",
                "promotion.clip=0.05",
                "promotion.min_windows=1"));
    try (Demo demo = new Demo(settings, standing -> {})) {
      return demo.run(page -> {});
    }
  }

  private static Map<String, String> kafka(EmbeddedBroker broker) {
    return Map.of("bootstrap.servers", broker.bootstrapServers());
  }

  private record Entry(byte @Nullable [] key, byte @Nullable [] value) {
    byte[] bytes() {
      return Objects.requireNonNull(value);
    }
  }

  private static List<Entry> read(Consumer<byte[], byte[]> reader, String topic, int partition) {
    List<Entry> entries = new ArrayList<>();
    new TopicRead<>(reader, PATIENCE)
        .readAll(
            List.of(new TopicPartition(topic, partition)),
            record -> entries.add(new Entry(record.key(), record.value())));
    return entries;
  }

  private void extract(String resource) throws IOException {
    try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(resource));
        var tar = new TarArchiveInputStream(new GZIPInputStream(in))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = directory.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else {
          Files.copy(tar, path);
        }
      }
    }
  }
}

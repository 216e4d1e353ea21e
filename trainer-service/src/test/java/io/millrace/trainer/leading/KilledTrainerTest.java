package io.millrace.trainer.leading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.trainer.ChildProcess;
import io.millrace.trainer.TrainerService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Weights are a function of the log: however often the trainer is killed, they are the same. */
class KilledTrainerTest {
  private static final String ACCUMULATION = ", device: 'cpu:2', gradient_accumulation_steps: 2";

  @RegisterExtension private static final TrainersBroker BROKER = new TrainersBroker();

  @TempDir private Path directory;
  private FilledLog logs;

  @BeforeEach
  void logs() {
    logs = BROKER.logs(directory);
  }

  @Test
  @Tag("slow")
  void killedWithDropoutOnTwoDevicesWithAccumulationWeightsAreTheSame() throws Exception {
    killAndCompare("quick", 250, 2, ACCUMULATION, true);
  }

  @Test
  @Tag("long")
  void killedTwentyTimesWeightsAreThoseOfARunWithoutInterruption() throws Exception {
    killAndCompare("plain", 4000, 20, "", false);
  }

  @Test
  @Tag("long")
  void killedTwentyTimesWithDropoutAndAccumulationWeightsAreTheSame() throws Exception {
    killAndCompare("dropout", 4000, 20, ACCUMULATION, true);
  }

  private void killAndCompare(String name, int steps, int kills, String settings, boolean dropout)
      throws Exception {
    // given
    int batches = steps * (settings.isEmpty() ? 1 : 4);
    String training = "max_steps: %d, save_steps: 20%s".formatted(steps, settings);
    Path undisturbed = pipeline(name + "-undisturbed", batches, training, dropout);
    Path killed = pipeline(name + "-killed", batches, training, dropout);
    AnnouncementReader announced =
        new AnnouncementReader(BROKER.bootstrapServers(), name + "-killed");
    Path log = directory.resolve("trainer.log");
    Random random = new Random(3);

    // when
    try (var calm =
        TrainerService.start(
            FilledLog.load(undisturbed), EnumSet.of(TrainerService.Half.TRAINING))) {
      calm.end().get(180, TimeUnit.SECONDS);
    }
    for (int kill = 0; kill < kills; kill++) {
      long until = (long) steps * (kill + 1) / (kills + 2) + random.nextInt(20);
      Process process = ChildProcess.start(TrainerProcess.class, killed, log);
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(5))
          .until(() -> !process.isAlive() || announced.newest().getStep() >= until);
      // at any point between two checkpoints, and while one is written
      LockSupport.parkNanos(random.nextInt(20_000_000));
      assertThat(process.isAlive()).as(() -> ChildProcess.printed(log)).isTrue();
      process.destroyForcibly().waitFor();
    }
    Process last = ChildProcess.start(TrainerProcess.class, killed, log);
    assertThat(last.waitFor(180, TimeUnit.SECONDS)).as(() -> ChildProcess.printed(log)).isTrue();

    // then
    Checkpoint expected =
        new AnnouncementReader(BROKER.bootstrapServers(), name + "-undisturbed").newest();
    Checkpoint found = announced.newest();
    assertThat(expected.getStep()).isEqualTo(steps);
    assertThat(found.getStep()).as(() -> ChildProcess.printed(log)).isEqualTo(steps);
    assertThat(found.getWeightsSha256()).isEqualTo(expected.getWeightsSha256());
    assertThat(found.getSamplesTrained()).isEqualTo(expected.getSamplesTrained());
    assertThat(found.getLineage().getPartitions(0).getOffset())
        .isEqualTo((long) batches * FilledLog.BATCH);
    assertThat(poisoned(name + "-killed"))
        .isNotEmpty()
        .isEqualTo(poisoned(name + "-undisturbed"))
        .doesNotHaveDuplicates();
  }

  private Path pipeline(String name, int batches, String training, boolean dropout)
      throws Exception {
    if (!dropout) {
      return logs.pipeline(name, batches, training);
    }
    Path empty = logs.pipeline(name, 0, training);
    DropoutModel.write(
        empty.resolveSibling("model.onnx"),
        InputSpec.of(FilledLog.load(empty).config().features()));
    return logs.pipeline(name, batches, training, "{path: model.onnx}", "");
  }

  private List<Long> poisoned(String pipeline) throws Exception {
    List<Long> offsets = new ArrayList<>();
    TopicPartition letters = new TopicPartition(new TopicNames(pipeline).deadLetters(), 0);
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      consumer.assign(List.of(letters));
      consumer.seekToBeginning(List.of(letters));
      long end = consumer.endOffsets(List.of(letters)).values().iterator().next();
      while (consumer.position(letters) < end) {
        for (var record : consumer.poll(Duration.ofMillis(100))) {
          DeadLetter letter = DeadLetter.parseFrom(record.value());
          assertThat(letter.getReason()).isEqualTo(DeadLetter.Reason.POISON);
          assertThat(letter.getValue().toStringUtf8()).contains("3e38");
          offsets.add(letter.getOffset());
        }
      }
    }
    return offsets;
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    var bytes = new ByteArrayDeserializer();
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", BROKER.bootstrapServers(), "isolation.level", "read_committed"),
        bytes,
        bytes);
  }
}

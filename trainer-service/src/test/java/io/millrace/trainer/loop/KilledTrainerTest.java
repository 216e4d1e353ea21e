package io.millrace.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.topics.Announcements;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.trainer.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights are a function of the log: however often the trainer dies, they come out the same. */
class KilledTrainerTest {
  @TempDir private Path directory;
  private EmbeddedBroker broker;
  private Admin admin;
  private FilledLog logs;

  @BeforeEach
  void start() {
    broker =
        EmbeddedBroker.builder()
            .property("group.initial.rebalance.delay.ms", "0")
            .property("group.min.session.timeout.ms", "1000")
            .start();
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    logs = new FilledLog(broker.bootstrapServers(), admin, directory);
  }

  @AfterEach
  void stop() {
    admin.close();
    broker.close();
  }

  @Test
  void killedThreeTimesWeightsAreThoseOfARunWithoutInterruption() throws Exception {
    killAndCompare(600, 3, "");
  }

  @Test
  void killedThreeTimesOnTwoDevicesWithAccumulationWeightsAreTheSame() throws Exception {
    killAndCompare(300, 3, ", device: 'cpu:2', gradient_accumulation_steps: 2");
  }

  @Test
  @Tag("long")
  void killedTwentyTimesWeightsAreThoseOfARunWithoutInterruption() throws Exception {
    killAndCompare(4000, 20, "");
  }

  private void killAndCompare(int steps, int kills, String settings) throws Exception {
    // given
    int batches = steps * (settings.isEmpty() ? 1 : 4);
    String training = "max_steps: %d, save_steps: 20%s".formatted(steps, settings);
    Path undisturbed = logs.pipeline("undisturbed", batches, training);
    Path killed = logs.pipeline("killed", batches, training);
    Path log = directory.resolve("trainer.log");
    Random random = new Random(3);

    // when
    Process calm = ChildProcess.start(TrainerProcess.class, undisturbed, log);
    assertThat(calm.waitFor(120, TimeUnit.SECONDS)).as(() -> ChildProcess.printed(log)).isTrue();
    for (int kill = 0; kill < kills; kill++) {
      long until = (long) steps * (kill + 1) / (kills + 2) + random.nextInt(20);
      Process process = ChildProcess.start(TrainerProcess.class, killed, log);
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(5))
          .until(() -> newest("killed").getStep() >= until);
      process.destroyForcibly().waitFor();
    }
    Process last = ChildProcess.start(TrainerProcess.class, killed, log);
    assertThat(last.waitFor(120, TimeUnit.SECONDS)).as(() -> ChildProcess.printed(log)).isTrue();

    // then
    Checkpoint expected = newest("undisturbed");
    Checkpoint found = newest("killed");
    assertThat(expected.getStep()).as(() -> ChildProcess.printed(log)).isEqualTo(steps);
    assertThat(found.getStep()).isEqualTo(steps);
    assertThat(found.getWeightsSha256()).isEqualTo(expected.getWeightsSha256());
    assertThat(found.getSamplesTrained()).isEqualTo(expected.getSamplesTrained());
    assertThat(found.getLineage().getPartitions(0).getOffset())
        .isEqualTo((long) batches * FilledLog.BATCH);
    assertThat(poisoned("killed"))
        .isNotEmpty()
        .isEqualTo(poisoned("undisturbed"))
        .doesNotHaveDuplicates();
  }

  private Checkpoint newest(String pipeline) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      return Announcements.read(consumer, new TopicNames(pipeline).checkpoints())
          .newest()
          .orElse(Checkpoint.getDefaultInstance());
    }
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
        Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
        bytes,
        bytes);
  }
}

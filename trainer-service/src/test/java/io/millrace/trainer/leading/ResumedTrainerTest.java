package io.millrace.trainer.leading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.trainer.ChildProcess;
import io.millrace.trainer.TrainerService;
import io.millrace.trainer.TrainerService.Half;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How a trainer starts and stops, depending on its store, its train log and signals. */
class ResumedTrainerTest {
  @RegisterExtension private static final TrainersBroker BROKER = new TrainersBroker();

  @TempDir private Path directory;
  private FilledLog logs;

  @BeforeEach
  void logs() {
    logs = BROKER.logs(directory);
  }

  @Test
  void aDamagedCheckpointIsPassedOverAndWithdrawnOnceTrainingHasPassedIt() throws Exception {
    // given: step 120 is damaged; the dead letter for batch 99 was published before it
    Path file = logs.pipeline("damaged", 180, "max_steps: 120, save_steps: 40");
    train(file);
    AnnouncementReader announced = announced("damaged");
    Checkpoint damaged = announced.newest();
    Path model =
        Path.of(FilledLog.load(file).checkpointStore())
            .resolve("checkpoints")
            .resolve(damaged.getOptimizerState().getPath());
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length / 2] ^= 1;
    Files.write(model, bytes);
    long letters = end(new TopicNames("damaged").deadLetters());

    // when
    edit(file, "max_steps: 120", "max_steps: 180");
    train(file);

    // then
    assertThat(damaged.getStep()).isEqualTo(120);
    assertThat(announced.newest().getStep()).isEqualTo(180);
    assertThat(announced.present()).doesNotContain(damaged);
    assertThat(letters).isPositive();
    assertThat(end(new TopicNames("damaged").deadLetters())).isEqualTo(letters);
    assertThat(announced.newest().getSamplesTrained() + announced.newest().getSamplesPoisoned())
        .isEqualTo(180L * FilledLog.BATCH);
  }

  @Test
  void aLogWithoutTheBatchesToGoOnFromIsSaidAndStops() throws Exception {
    // given
    Path file = logs.pipeline("trimmed", 100, "max_steps: 60, save_steps: 20");
    train(file);
    TopicPartition log = new TopicPartition(new TopicNames("trimmed").trainLog(), 0);
    BROKER.admin().deleteRecords(Map.of(log, RecordsToDelete.beforeOffset(80))).all().get();
    edit(file, "max_steps: 60", "max_steps: 100");

    // when / then
    assertThatThrownBy(() -> train(file))
        .hasMessageContaining("trimmed.train-log holds offsets 80 to 100")
        .hasMessageContaining("training is at offset 60");
  }

  @Test
  void aPipelineThatStartsAgainKeepsTheDirectoriesOfItsPredecessor() throws Exception {
    // given
    train(logs.pipeline("anew", 40, "max_steps: 40, save_steps: 20"));
    Path store = directory.resolve("anew").resolve("checkpoints").resolve("checkpoints");
    Set<String> before = names(store);

    // when: another cluster, whose producer ids start again too
    try (EmbeddedBroker other = TrainersBroker.another();
        Admin otherAdmin = Admin.create(Map.of("bootstrap.servers", other.bootstrapServers()))) {
      FilledLog again = new FilledLog(other.bootstrapServers(), otherAdmin, directory);
      train(again.pipeline("anew", 40, "max_steps: 40, save_steps: 20"));

      // then
      assertThat(new AnnouncementReader(other.bootstrapServers(), "anew").newest().getStep())
          .isEqualTo(40);
      assertThat(names(store)).containsAll(before).hasSizeGreaterThan(before.size());
    }
  }

  @Test
  void aRecordWithoutAValueIsSkipped() throws Exception {
    // given
    Path file = logs.pipeline("nothing", 20, "max_steps: 40, save_steps: 20");
    logs.appendNothing(file);
    logs.append(file, 20, 40);

    // when
    train(file);

    // then
    assertThat(announced("nothing").newest().getTrainLogOffset()).isEqualTo(41);
  }

  @Test
  @Tag("slow")
  void stepsSlowerThanTheGroupIsPatientCostNoLeadership() throws Exception {
    // given: one poll returns all records, which take longer than max.poll.interval.ms
    Path file =
        logs.pipeline(
            "slow",
            250,
            "max_steps: 250, save_steps: 50",
            "{recipe: mlp, hidden: [1536, 1536]}",
            ", max.poll.interval.ms: 3000");

    // when
    train(file);

    // then
    assertThat(announced("slow").newest().getStep()).isEqualTo(250);
    assertThat(announced("slow").present())
        .filteredOn(checkpoint -> checkpoint.getStep() > 0)
        .extracting(checkpoint -> CheckpointId.of(checkpoint.getId()).term().orElseThrow())
        .containsOnly(last(announced("slow").terms()));
  }

  @Test
  void aSignalToGoIsFollowedByALastCheckpoint() throws Exception {
    // given: so many steps between checkpoints that none is due
    Path file = logs.pipeline("signal", 130, "save_steps: 100");
    AnnouncementReader announced = announced("signal");
    Path log = directory.resolve("signal.log");
    Process process = ChildProcess.start(TrainerProcess.class, file, log);
    await().atMost(Duration.ofSeconds(60)).until(() -> announced.newest().getStep() >= 100);

    // when
    process.destroy();
    boolean ended = process.waitFor(20, TimeUnit.SECONDS);

    // then
    assertThat(ended).isTrue();
    assertThat(announced.newest().getStep()).isGreaterThan(100);
    assertThat(Files.readString(log)).doesNotContain("ERROR");
  }

  private static void train(Path file) throws Exception {
    LoadedPipeline pipeline = FilledLog.load(file);
    try (var service = TrainerService.start(pipeline, EnumSet.of(Half.TRAINING))) {
      service.end().get(90, TimeUnit.SECONDS);
    }
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }

  private static AnnouncementReader announced(String pipeline) {
    return new AnnouncementReader(BROKER.bootstrapServers(), pipeline);
  }

  private static void edit(Path file, String from, String to) throws Exception {
    Files.writeString(file, Files.readString(file).replace(from, to));
  }

  private static Set<String> names(Path store) throws Exception {
    try (var entries = Files.list(store)) {
      return Set.copyOf(entries.map(path -> path.getFileName().toString()).toList());
    }
  }

  private static long end(String topic) throws Exception {
    TopicPartition partition = new TopicPartition(topic, 0);
    return BROKER
        .admin()
        .listOffsets(Map.of(partition, org.apache.kafka.clients.admin.OffsetSpec.latest()))
        .partitionResult(partition)
        .get()
        .offset();
  }
}

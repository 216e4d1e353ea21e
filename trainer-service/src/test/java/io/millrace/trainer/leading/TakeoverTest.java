package io.millrace.trainer.leading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.store.LocalCheckpointStore;
import io.millrace.trainer.ChildProcess;
import io.millrace.trainer.TrainerService;
import io.millrace.trainer.TrainerService.Half;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * One trainer per pipeline: others stand by and take over, and a trainer that returns is fenced.
 */
class TakeoverTest {
  @RegisterExtension private static final TrainersBroker BROKER = new TrainersBroker();

  @TempDir private Path directory;
  private FilledLog logs;

  @BeforeEach
  void logs() {
    logs = BROKER.logs(directory);
  }

  @Test
  void whoWasHaltedWhileTakingOverDeletesAndAnnouncesNothingOfItsSuccessor() throws Exception {
    // given
    Path file = logs.pipeline("halted-inside", 400, "max_steps: 400, save_steps: 20");
    AnnouncementReader announced = announced("halted-inside");
    Path log = directory.resolve("halted.log");
    Process halted = ChildProcess.start(HaltedTrainerProcess.class, file, log);
    await().atMost(Duration.ofSeconds(60)).until(() -> exists(file, "inside"));
    signal(halted, "STOP");

    // when
    try (var standby = training(file)) {
      standby.end().get(60, TimeUnit.SECONDS);
    }
    List<Checkpoint> before = announced.present();
    Files.createFile(file.resolveSibling("go"));
    signal(halted, "CONT");
    await().atMost(Duration.ofSeconds(60)).until(() -> Files.readString(log).contains("fenced"));
    halted.destroyForcibly().waitFor();

    // then
    assertThat(before).extracting(Checkpoint::getStep).contains(400L);
    assertThat(announced.present()).isEqualTo(before);
    assertThat(Set.copyOf(announced.terms())).hasSize(1);
    assertAllWhole(file, before);
  }

  @Test
  @Tag("slow")
  void aTrainerHaltedWhileTrainingIsFencedAndStandsBy() throws Exception {
    // given
    Path file = logs.pipeline("halted", 6000, "max_steps: 6000, save_steps: 20");
    AnnouncementReader announced = announced("halted");
    Path log = directory.resolve("halted.log");
    Process halted = ChildProcess.start(TrainerProcess.class, file, log);
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> announced.newest().getStep() >= 40);
    signal(halted, "STOP");
    CheckpointId.Term first = last(announced.terms());

    // when
    try (var standby = training(file)) {
      await().atMost(Duration.ofSeconds(60)).until(() -> !last(announced.terms()).equals(first));
      signal(halted, "CONT");
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> Files.readString(log).matches("(?s).*(fenced|another trainer leads).*"));
      standby.end().get(90, TimeUnit.SECONDS);
    } finally {
      halted.destroyForcibly().waitFor();
    }

    // then
    List<CheckpointId.Term> terms = announced.terms();
    CheckpointId.Term second = last(terms);
    assertThat(first.isBefore(second)).isTrue();
    assertThat(terms.subList(terms.indexOf(second), terms.size())).containsOnly(second);
    assertThat(announced.newest().getStep()).isEqualTo(6000);
    assertAllWhole(file, announced.present());
  }

  @Test
  @Tag("slow")
  void aStandbyDoesNotDisturbTheLeaderAndTakesOver() throws Exception {
    standBy("standby", Duration.ofSeconds(3));
  }

  @Test
  @Tag("long")
  void aStandbyDoesNotDisturbTheLeaderForAMinuteAndTakesOver() throws Exception {
    standBy("long-standby", Duration.ofSeconds(60));
  }

  private void standBy(String name, Duration howLong) throws Exception {
    // given
    Path file = logs.pipeline(name, 40, "save_steps: 20");
    AnnouncementReader announced = announced(name);
    AtomicInteger batches = new AtomicInteger(40);
    long untilNanos = System.nanoTime() + howLong.toNanos();

    // when
    TrainerService active = training(file);
    await().atMost(Duration.ofSeconds(30)).until(() -> !announced.terms().isEmpty());
    try (var standby = training(file)) {
      while (System.nanoTime() < untilNanos) {
        awaitProgress(file, announced, batches);
      }
      Set<CheckpointId.Term> undisturbed = Set.copyOf(announced.terms());
      active.close();
      awaitProgress(file, announced, batches);

      // then
      assertThat(standby.end()).isNotDone();
      assertThat(undisturbed).hasSize(1);
      assertThat(Set.copyOf(announced.terms())).hasSize(2);
    } finally {
      active.close();
    }
  }

  /** A checkpoint that is due while another is being written is skipped, so batches keep coming. */
  private void awaitProgress(Path file, AnnouncementReader announced, AtomicInteger batches) {
    long step = announced.newest().getStep();
    await()
        .atMost(Duration.ofSeconds(40))
        .until(
            () -> {
              int from = batches.getAndAdd(20);
              logs.append(file, from, from + 20);
              return announced.newest().getStep() > step;
            });
  }

  private static TrainerService training(Path file) {
    LoadedPipeline pipeline = FilledLog.load(file);
    return TrainerService.start(pipeline, EnumSet.of(Half.TRAINING));
  }

  private static AnnouncementReader announced(String pipeline) {
    return new AnnouncementReader(BROKER.bootstrapServers(), pipeline);
  }

  private static void assertAllWhole(Path file, List<Checkpoint> announced) {
    var store = new LocalCheckpointStore(Path.of(FilledLog.load(file).checkpointStore()));
    for (Checkpoint checkpoint : announced) {
      assertThat(store.load(checkpoint.getModel())).isNotEmpty();
      assertThat(store.load(checkpoint.getOptimizerState())).isNotEmpty();
    }
  }

  private static boolean exists(Path file, String name) {
    return Files.exists(file.resolveSibling(name));
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }

  private static void signal(Process process, String name)
      throws IOException, InterruptedException {
    int rc =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
            .inheritIO()
            .start()
            .waitFor();
    assertThat(rc).isZero();
  }
}

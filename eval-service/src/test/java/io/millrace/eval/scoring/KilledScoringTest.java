package io.millrace.eval.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.lineage.Lineage;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.Sums;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However often scoring is killed, its sums are those of a run without kills. */
class KilledScoringTest {
  private static final int PARTITIONS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String SETTINGS =
      """
      samples: {topic: '%s', id: id}
      holdout: {share: 0.2, by: offset}
      evaluation: {per_device_eval_batch_size: 256, ring: 100, commit_interval: 20ms, batch_max_wait: 20ms, window: 1s}
      """;

  @TempDir private Path directory;
  private EmbeddedBroker broker;

  @BeforeEach
  void start() {
    broker = World.startBroker();
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  @Tag("slow")
  void killedThreeTimesEachSampleCountsOnce() throws Exception {
    killAndCompare(12_000, 3);
  }

  @Test
  @Tag("long")
  void killedTwentyTimesEachSampleCountsOnce() throws Exception {
    killAndCompare(200_000, 20);
  }

  private void killAndCompare(int samples, int kills) throws Exception {
    try (World calm = new World(broker, directory, "calm", PARTITIONS, SETTINGS);
        World killed = new World(broker, directory, "killed", PARTITIONS, SETTINGS)) {
      // given: three checkpoints, each with its stretch, and samples that are bad or were there
      // before
      announce(calm, samples);
      announce(killed, samples);
      calm.sendMixed(PARTITIONS, 0, samples);

      // when
      try (Scoring undisturbed = calm.start()) {
        await().atMost(PATIENCE).until(() -> calm.book().consumedInAll() == samples);
        assertThat(undisturbed.end()).isNotDone();
      }
      Path log = directory.resolve("scoring.log");
      Random random = new Random(5);
      int sent = 0;
      for (int kill = 0; kill < kills; kill++) {
        long before = killed.book().consumedInAll();
        Process process = ScoringProcess.start(killed.file, log);
        int until = (int) ((long) samples * (kill + 1) / (kills + 1));
        while (sent < until) {
          sent = killed.sendMixed(PARTITIONS, sent, Math.min(until, sent + 500));
        }
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(1 + random.nextInt(20)))
            .until(
                () -> {
                  assertThat(process.isAlive()).as(() -> ScoringProcess.printed(log)).isTrue();
                  return killed.book().consumedInAll() > before;
                });
        process.destroyForcibly().waitFor();
      }
      killed.sendMixed(PARTITIONS, sent, samples);
      Process last = ScoringProcess.start(killed.file, log);
      await().atMost(PATIENCE).until(() -> killed.book().consumedInAll() >= samples);
      last.destroy();
      last.waitFor();

      // then
      Book expected = calm.book();
      Book found = killed.book();
      assertThat(found.balances()).isTrue();
      assertThat(found.consumed()).isEqualTo(expected.consumed());
      Map<String, Long> excluded = new TreeMap<>();
      for (int partition = 0; partition < PARTITIONS; partition++) {
        assertThat(found.excluded(partition)).isEqualTo(expected.excluded(partition));
        assertThat(found.excluded(partition)).containsKeys("rejected", "repeat");
        found
            .excluded(partition)
            .forEach((reason, count) -> excluded.merge(reason, count, Long::sum));
      }
      for (ScoreKind kind : new ScoreKind[] {ScoreKind.PREQUENTIAL, ScoreKind.HOLDOUT}) {
        assertThat(found.counts(Book.ONLINE, kind)).isEqualTo(expected.counts(Book.ONLINE, kind));
        assertSame(found.total(Book.ONLINE, kind), expected.total(Book.ONLINE, kind));
      }
      System.out.printf(
          "%d samples, %d kills: %s = scored %d + %d and excluded %s, as without kills%n",
          samples,
          kills,
          found.consumed(),
          found.count(Book.ONLINE, ScoreKind.PREQUENTIAL),
          found.count(Book.ONLINE, ScoreKind.HOLDOUT),
          excluded);
    }
  }

  /**
   * Sums of the same numbers in another grouping; baselines show that labels were not forgotten.
   */
  private static void assertSame(Sums found, Sums expected) {
    assertThat(found.getCount()).isEqualTo(expected.getCount());
    assertThat(found.getConfusionList()).isEqualTo(expected.getConfusionList());
    assertThat(found.getPositives()).isEqualTo(expected.getPositives());
    assertThat(found.getStaleness()).isEqualTo(expected.getStaleness());
    double tolerance = 1e-9 * expected.getLoss();
    assertThat(found.getLoss()).isCloseTo(expected.getLoss(), offset(tolerance));
    assertThat(found.getPrior().getLoss())
        .isCloseTo(expected.getPrior().getLoss(), offset(tolerance));
    assertThat(found.getLastLabel().getLoss())
        .isCloseTo(expected.getLastLabel().getLoss(), offset(tolerance));
  }

  private static void announce(World world, int samples) {
    int each = samples / PARTITIONS;
    world.announce(0, 0, Lineage.EMPTY, Graphs.line(1, 0));
    world.announce(20, 2, world.lineage(each / 4, each / 3, each / 2), Graphs.line(-1, 1));
    world.announce(40, 4, world.lineage(each / 2, each / 2, each / 2), Graphs.line(0.5f, -1));
  }
}

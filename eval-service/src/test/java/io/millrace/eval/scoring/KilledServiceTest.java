package io.millrace.eval.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.lineage.Lineage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However often the whole service is killed, each sample is in the published evaluations once. */
class KilledServiceTest {
  private static final int PARTITIONS = 3;
  private static final int KILLS = 20;
  private static final int SAMPLES_PER_KILL = 5_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String SETTINGS =
      """
      samples: {topic: '%s', id: id}
      holdout: {share: 0.2, by: offset}
      evaluation: {commit_interval: 20ms, batch_max_wait: 20ms, ring: 100, window: 10s, grace: 5s, idle: 5s}
      ops: {eval_port: 0}
      """;

  @TempDir private Path directory;

  @Test
  @Tag("long")
  void killedTwentyTimesEachSampleIsEvaluatedOnce() throws Exception {
    try (EmbeddedBroker broker = World.startBroker();
        World world = new World(broker, directory, "killed-whole", PARTITIONS, SETTINGS);
        EvaluationsReader evaluations = new EvaluationsReader(world)) {
      // given: a checkpoint, and samples of which some are bad and some were there before
      world.announce(0, 0, Lineage.EMPTY, Graphs.line(1, 0));
      Path log = directory.resolve("service.log");
      Random random = new Random(11);
      int sent = 0;

      // when: it dies while it evaluates
      for (int kill = 0; kill < KILLS; kill++) {
        Process process = ScoringProcess.startService(world.file, log);
        long before = evaluations.online();
        sent = world.sendMixed(PARTITIONS, sent, sent + SAMPLES_PER_KILL);
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(1 + random.nextInt(20)))
            .until(
                () -> {
                  assertThat(process.isAlive()).as(() -> ScoringProcess.printed(log)).isTrue();
                  return evaluations.online() > before;
                });
        process.destroyForcibly().waitFor();
      }
      Process last = ScoringProcess.startService(world.file, log);

      // then
      int samples = sent;
      await().atMost(PATIENCE).until(() -> world.book().consumedInAll() >= samples);
      Book book = world.book();
      long excluded = 0;
      for (int partition = 0; partition < PARTITIONS; partition++) {
        assertThat(book.excluded(partition)).containsKeys("rejected", "repeat");
        excluded += book.excluded(partition).values().stream().mapToLong(Long::longValue).sum();
      }
      long expected = samples - excluded;
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(evaluations.online()).isEqualTo(expected));
      last.destroy();
      last.waitFor();
      assertThat(evaluations.online()).isEqualTo(expected);
      System.out.printf(
          "%d samples, %d kills: %d evaluated, %d excluded%n", samples, KILLS, expected, excluded);
    }
  }
}

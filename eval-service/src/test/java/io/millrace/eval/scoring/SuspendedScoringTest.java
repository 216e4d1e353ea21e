package io.millrace.eval.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.lineage.Lineage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An instance that is suspended for a while, and resumes after its partitions were reassigned. */
@Tag("slow")
class SuspendedScoringTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int PARTITIONS = 3;
  private static final String SETTINGS =
      """
      samples: {topic: '%s', id: id}
      holdout: {share: 0.2, by: offset}
      evaluation: {per_device_eval_batch_size: 64, commit_interval: 300ms, batch_max_wait: 5ms}
      """;

  @TempDir private Path directory;

  @Test
  void whatItScoredOfTakenPartitionsDoesNotCountTwice() throws Exception {
    try (EmbeddedBroker broker = World.startBroker();
        World world = new World(broker, directory, "suspended", PARTITIONS, SETTINGS)) {
      // given: it is suspended among samples that it has scored and not committed
      world.announce(0, 0, Lineage.EMPTY, Graphs.line(1, 0));
      Path log = directory.resolve("scoring.log");
      Process suspended = ScoringProcess.start(world.file, log);
      try {
        int sent = world.sendMixed(PARTITIONS, 0, 3_000);
        awaitConsumed(world, sent);
        for (int i = 0; i < 50; i++) {
          sent = world.sendMixed(PARTITIONS, sent, sent + 300);
        }
        signal(suspended, "STOP");
        assertThat(world.book().consumedInAll()).isLessThan(sent);

        // when: another one takes its partitions, and then it wakes up
        try (Scoring other = world.start()) {
          sent = world.sendMixed(PARTITIONS, sent, sent + 3_000);
          awaitConsumed(world, sent);
          signal(suspended, "CONT");
          while (!ScoringProcess.printed(log).contains("a transaction was lost")) {
            sent = world.sendMixed(PARTITIONS, sent, sent + 300);
            assertThat(sent).as("samples until it noticed").isLessThan(3_000_000);
          }
          assertThat(other.end()).isNotDone();
        }
        sent = world.sendMixed(PARTITIONS, sent, sent + 3_000);
        awaitConsumed(world, sent);

        // then: alone again it goes on, and each sample counted once
        assertThat(suspended.isAlive()).as(() -> ScoringProcess.printed(log)).isTrue();
        Book book = world.book();
        long each = sent / PARTITIONS;
        assertThat(book.consumed()).isEqualTo(Map.of(0, each, 1, each, 2, each));
        assertThat(book.balances()).isTrue();
      } finally {
        suspended.destroyForcibly().waitFor();
      }
    }
  }

  private static void awaitConsumed(World world, int samples) {
    await().atMost(PATIENCE).until(() -> world.book().consumedInAll() >= samples);
  }

  private static void signal(Process process, String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }
}

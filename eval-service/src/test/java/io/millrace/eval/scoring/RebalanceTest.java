package io.millrace.eval.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.lineage.Lineage;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.Readiness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances join and leave; each sample still counts once. */
@Tag("slow")
class RebalanceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int PARTITIONS = 4;

  @TempDir private Path directory;

  @Test
  void anInstanceAddedAndOneRemovedLeaveTheLedgerExact() throws Exception {
    try (EmbeddedBroker broker = World.startBroker();
        World world =
            new World(
                broker,
                directory,
                "rebalance",
                PARTITIONS,
                "evaluation: {per_device_eval_batch_size: 128, commit_interval: 20ms, batch_max_wait: 20ms}");
        Meters meters = new Meters()) {
      // given
      world.announce(0, 0, Lineage.EMPTY, Graphs.line(1, 0));
      Scoring first = world.start();
      int sent = send(world, 0, 2_000);
      await().atMost(PATIENCE).until(() -> world.book().consumedInAll() > 0);

      // when: one more joins while samples flow, then the first leaves in good order
      Scoring second = Scoring.start(world.pipeline, world.store, meters, new Readiness());
      while (meters.registry().counter("millrace.scoring.samples").count() < 500) {
        sent = send(world, sent, sent + 200);
        assertThat(sent).as("samples until the second instance had some").isLessThan(1_000_000);
      }
      first.close();
      sent = send(world, sent, sent + 2_000);

      // then
      int all = sent;
      await().atMost(PATIENCE).until(() -> world.book().consumedInAll() >= all);
      second.close();
      Book book = world.book();
      assertThat(book.balances()).isTrue();
      assertThat(book.consumed())
          .isEqualTo(
              Map.of(
                  0, (long) all / PARTITIONS,
                  1, (long) all / PARTITIONS,
                  2, (long) all / PARTITIONS,
                  3, (long) all / PARTITIONS));
      assertThat(lostTransactions(world.meters)).isZero();
      assertThat(lostTransactions(meters)).isZero();
    }
  }

  @Test
  void offsetsThatAreGoneAreCountedAsLost() throws Exception {
    try (EmbeddedBroker broker = World.startBroker();
        World world =
            new World(
                broker, directory, "lost", 1, "evaluation: {per_device_eval_batch_size: 128}")) {
      // given: 100 samples are scored, of the next 300 the first 200 are gone before they are
      world.announce(0, 0, Lineage.EMPTY, Graphs.line(1, 0));
      send(world, 0, 100);
      try (Scoring before = world.start()) {
        await().atMost(PATIENCE).until(() -> world.book().consumedInAll() == 100);
        assertThat(before.end()).isNotDone();
      }
      send(world, 100, 400);
      world.deleteBefore(0, 300);

      // when
      try (Scoring after = world.start()) {
        await().atMost(PATIENCE).until(() -> world.book().consumedInAll() == 400);
        assertThat(after.end()).isNotDone();
      }

      // then
      assertThat(world.book().excluded(0)).isEqualTo(Map.of("lost", 200L));
      assertThat(world.book().balances()).isTrue();
    }
  }

  private static double lostTransactions(Meters meters) {
    return meters.registry().counter("millrace.scoring.transactions.lost").count();
  }

  private static int send(World world, int from, int to) {
    int partitions = world.partitions();
    for (int i = from; i < to; i++) {
      world.send(i % partitions, i % 3, i % 2);
    }
    world.flush();
    return to;
  }
}

package io.millrace.eval.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.features.Holdout;
import io.millrace.schemas.lineage.Lineage;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Promotion.Decision;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.proto.StoredFile;
import io.millrace.schemas.store.CheckpointStore;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoringTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SMALL =
      "holdout: {share: 0.25, by: offset}\nevaluation: {per_device_eval_batch_size: 64, ring: 50}";

  @TempDir private static Path directory;
  private static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = World.startBroker();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void everySampleIsScoredOrExcludedWithTheReason() throws Exception {
    // given: two partitions, a checkpoint that has seen the first 100 of partition 0
    try (World world = new World(broker, directory, "ledger", 2, SMALL)) {
      Checkpoint first = world.announce(0, 0, Lineage.EMPTY, Graphs.line(1, 0));
      for (int i = 0; i < 1_000; i++) {
        world.send(i % 2, i % 10 == 9 ? "{" : "{\"x\": " + i % 7 + ", \"y\": " + i % 2 + "}");
      }
      world.flush();

      // when
      try (Scoring scoring = world.start()) {
        await().atMost(PATIENCE).until(() -> world.book().consumedInAll() == 1_000);
      }

      // then
      Book book = world.book();
      Holdout holdout = new Holdout(world.config.holdout());
      long heldOut = 0;
      for (int i = 0; i < 1_000; i++) {
        heldOut += i % 10 != 9 && holdout.includes(null, 0, i % 2, i / 2) ? 1 : 0;
      }
      assertThat(book.balances()).isTrue();
      assertThat(book.consumed()).isEqualTo(Map.of(0, 500L, 1, 500L));
      assertThat(book.excluded(0)).isEmpty();
      assertThat(book.excluded(1)).isEqualTo(Map.of("rejected", 100L));
      assertThat(book.count(Book.ONLINE, ScoreKind.HOLDOUT)).isEqualTo(heldOut);
      assertThat(book.count(Book.ONLINE, ScoreKind.PREQUENTIAL)).isEqualTo(900 - heldOut);
      assertThat(book.parts(first.getId(), ScoreKind.PREQUENTIAL)).isEmpty();
    }
  }

  @Test
  void aSampleIsScoredByTheNewestCheckpointThatHasNotSeenIt() throws Exception {
    // given: before 100 the first checkpoint is the newest unseen, from 100 the second, from 150
    // the third
    try (World world = new World(broker, directory, "choice", 1, SMALL)) {
      world.announce(0, 0, world.lineage(20), Graphs.line(0, 10));
      world.announce(20, 2, world.lineage(100), Graphs.line(0, 20));
      world.announce(40, 4, world.lineage(150), Graphs.line(0, 30));
      for (int i = 0; i < 200; i++) {
        world.send(0, 0, 0);
      }
      world.flush();

      // when
      try (Scoring scoring = world.start()) {
        await().atMost(PATIENCE).until(() -> world.book().consumedInAll() == 180);
      }

      // then: the losses are 10, 20 and 30, the first 20 samples lie before the pipeline's start
      Book book = world.book();
      double loss =
          book.total(Book.ONLINE, ScoreKind.PREQUENTIAL).getLoss()
              + book.total(Book.ONLINE, ScoreKind.HOLDOUT).getLoss();
      assertThat(loss)
          .isCloseTo(80 * 10 + 50 * 20 + 50 * 30, org.assertj.core.data.Offset.offset(0.1));
      assertThat(book.balances()).isTrue();
      assertThat(book.count(Book.ONLINE, ScoreKind.LIVE)).isEqualTo(50);
    }
  }

  @Test
  void aStoreThatHangsHoldsUpTheNewCheckpointAloneAndItsVerdictComesLater() throws Exception {
    // given: a store from which the second checkpoint does not come
    try (World world = new World(broker, directory, "hangs", 1, SMALL)) {
      world.announce(0, 0, Lineage.EMPTY, Graphs.line(0, 3));
      CountDownLatch go = new CountDownLatch(1);
      CheckpointStore hanging = far(world.store, "%012d-1.0/model.onnx".formatted(20), go);
      try (Scoring scoring = world.start(hanging)) {
        send(world, 200);
        await().atMost(PATIENCE).until(() -> world.book().consumedInAll() == 200);
        Checkpoint second = world.announce(20, 0, world.lineage(390), Graphs.line(0, 5));

        // when
        send(world, 200);
        await().atMost(PATIENCE).until(() -> world.book().consumedInAll() == 400);
        boolean isJudged = world.book().parts(second.getId(), ScoreKind.RING).size() > 0;
        go.countDown();

        // then
        assertThat(isJudged).isFalse();
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> assertThat(world.book().parts(second.getId(), ScoreKind.RING)).isNotEmpty());
        send(world, 200);
        await().atMost(PATIENCE).until(() -> world.book().consumedInAll() == 600);
      }
      assertThat(world.book().balances()).isTrue();
      assertThat(world.meter("millrace.scoring.checkpoints.unloadable")).isZero();
    }
  }

  private static void send(World world, int count) {
    for (int i = 0; i < count; i++) {
      world.send(0, 0, 0);
    }
    world.flush();
  }

  /** The store as if it were on another machine, which holds one file back. */
  private static CheckpointStore far(CheckpointStore store, String held, CountDownLatch go) {
    return (CheckpointStore)
        Proxy.newProxyInstance(
            CheckpointStore.class.getClassLoader(),
            new Class<?>[] {CheckpointStore.class},
            (proxy, method, given) -> {
              if (method.getName().equals("isRemote")) {
                return true;
              }
              if (method.getName().equals("load")
                  && ((StoredFile) given[0]).getPath().equals(held)) {
                go.await();
              }
              return method.invoke(store, given);
            });
  }

  @Test
  void championReplacedAndTrialAreScoredOnEverySampleAndPaired() throws Exception {
    // given
    try (World world = new World(broker, directory, "pairs", 1, SMALL)) {
      Checkpoint old = world.announce(0, 0, Lineage.EMPTY, Graphs.line(0, 3));
      Checkpoint champion = world.announce(20, 0, world.lineage(10), Graphs.line(0, 2));
      Checkpoint challenger = world.announce(40, 0, world.lineage(50), Graphs.line(0, 1));
      world.decide(Decision.TRIAL, old.getId(), "");
      world.decide(Decision.PROMOTED, old.getId(), "");
      world.decide(Decision.PROMOTED, champion.getId(), old.getId());
      world.decide(Decision.TRIAL, challenger.getId(), champion.getId());
      for (int i = 0; i < 200; i++) {
        world.send(0, 0, 0);
      }
      world.flush();

      // when
      try (Scoring scoring = world.start()) {
        await().atMost(PATIENCE).until(() -> world.book().consumedInAll() == 200);
      }

      // then: challenger's loss is log(1 + e^1), champion's log(1 + e^2)
      Book book = world.book();
      long challengers =
          book.count(challenger.getId(), ScoreKind.PREQUENTIAL)
              + book.count(challenger.getId(), ScoreKind.HOLDOUT);
      assertThat(challengers).isEqualTo(150);
      assertThat(
              book.count(old.getId(), ScoreKind.PREQUENTIAL)
                  + book.count(old.getId(), ScoreKind.HOLDOUT))
          .isEqualTo(200);
      assertThat(book.pairs(champion.getId(), challenger.getId()).getCount()).isEqualTo(150);
      assertThat(book.pairs(champion.getId(), challenger.getId()).getDifference())
          .isCloseTo(-150 * 0.5, org.assertj.core.data.Offset.offset(0.01));
      assertThat(book.pairs(champion.getId(), old.getId()).getCount()).isEqualTo(190);
    }
  }

  @Test
  void aNewCheckpointGetsAVerdictOnTheRingOfEachPartition() throws Exception {
    // given
    try (World world = new World(broker, directory, "ring", 2, SMALL)) {
      world.announce(0, 0, Lineage.EMPTY, Graphs.line(0, 0));
      for (int i = 0; i < 2_000; i++) {
        world.send(i % 2, 0, 0);
      }
      world.flush();
      try (Scoring scoring = world.start()) {
        await().atMost(PATIENCE).until(() -> world.book().consumedInAll() == 2_000);

        // when
        Checkpoint next = world.announce(20, 0, world.lineage(2_000, 900), Graphs.line(0, 5));

        // then: 50 of partition 0, fewer of partition 1, where part of the ring lies ahead
        await()
            .atMost(PATIENCE)
            .until(() -> world.book().parts(next.getId(), ScoreKind.RING).size() == 2);
        var verdict = world.book().counts(next.getId(), ScoreKind.RING);
        assertThat(verdict.get(0)).isEqualTo(50);
        assertThat(verdict.get(1)).isBetween(1L, 49L);
        ScoreSums part = world.book().parts(next.getId(), ScoreKind.RING).get(0);
        assertThat(part.getWindowEndMs()).isZero();
      }
    }
  }

  @Test
  void firstVerdictsOfAHundredCheckpointsComeSoon() throws Exception {
    // given: a full ring, and samples that keep coming
    int checkpoints = 100;
    String settings =
        "holdout: {share: 0.1, by: offset}\nevaluation: {ring: 2000, per_device_eval_batch_size: 8192}";
    try (World world = new World(broker, directory, "verdicts", 4, settings)) {
      world.announce(0, 0, Lineage.EMPTY, Graphs.mlp(0));
      for (int i = 0; i < 100_000; i++) {
        world.send(i % 4, i % 10, i % 2);
      }
      world.flush();
      try (Scoring scoring = world.start()) {
        await().atMost(PATIENCE).until(() -> world.meter("millrace.scoring.samples") == 100_000);

        // when
        for (int i = 1; i <= checkpoints; i++) {
          world.announce(i, 0, world.lineage(25_000, 25_000, 25_000, 25_000), Graphs.mlp(i));
          for (int k = 0; k < 400; k++) {
            world.send(k % 4, k % 10, k % 2);
          }
          int verdicts = i;
          await()
              .atMost(PATIENCE)
              .pollInterval(Duration.ofMillis(1))
              .failFast(() -> scoring.end().isDone())
              .until(() -> world.verdicts() >= verdicts);
        }
      }

      // then: printed, since the time is the machine's
      var times = world.meters.registry().timer("millrace.scoring.verdict").takeSnapshot();
      System.out.println(
          "announcement to committed ring score over "
              + times.count()
              + " checkpoints, ms: "
              + describe(times));
      assertThat(world.meter("millrace.scoring.checkpoints.unloadable")).isZero();
      assertThat(world.book().parts("%012d-1.0".formatted(checkpoints), ScoreKind.RING)).hasSize(4);
    }
  }

  private static String describe(
      io.micrometer.core.instrument.distribution.HistogramSnapshot times) {
    var ms = java.util.concurrent.TimeUnit.MILLISECONDS;
    StringBuilder text = new StringBuilder();
    for (var each : times.percentileValues()) {
      text.append("p%.0f %.0f, ".formatted(each.percentile() * 100, each.value(ms)));
    }
    return text.append("max %.0f".formatted(times.max(ms))).toString();
  }
}

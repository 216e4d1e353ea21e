package io.millrace.eval.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.Sums;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A scorer that starts late knows newer checkpoints; that must not improve its live scores. */
@Tag("slow")
class LateScorerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int STRETCH = 400;

  @TempDir private Path directory;

  @Test
  void liveScoresDoNotDependOnWhenTheyAreMade() throws Exception {
    compare(6, Duration.ZERO);
  }

  @Test
  @Tag("long")
  void fiveSecondsLateLiveScoresAreTheSame() throws Exception {
    compare(12, Duration.ofSeconds(5));
  }

  private void compare(int stretches, Duration late) throws Exception {
    String settings = "evaluation: {per_device_eval_batch_size: 256}";
    try (EmbeddedBroker broker = World.startBroker();
        World prompt = new World(broker, directory, "prompt", 1, settings);
        World delayed = new World(broker, directory, "late", 1, settings)) {
      // given: the meaning of "yes" changes with each range; checkpoints learn it afterwards
      int samples = STRETCH * stretches;
      prompt.announce(0, 0, prompt.lineage(0), Graphs.line(0, 0));
      delayed.announce(0, 0, delayed.lineage(0), Graphs.line(0, 0));
      try (Scoring scoring = prompt.start()) {
        for (int stretch = 0; stretch < stretches; stretch++) {
          float slope = stretch / 2 % 2 == 0 ? 3 : -3;
          for (World world : new World[] {prompt, delayed}) {
            awaitTick();
            send(world, stretch, slope);
            // the checkpoint has seen the first half of the stretch only
            long seen = stretch * STRETCH + STRETCH / 2;
            world.announce(20L * (stretch + 1), 0, world.lineage(seen), Graphs.line(slope, 0));
          }
        }
        await().atMost(PATIENCE).until(() -> prompt.book().consumedInAll() == samples);
        assertThat(scoring.end()).isNotDone();
      }
      long ended = System.nanoTime();

      // when
      await().atMost(PATIENCE).until(() -> System.nanoTime() - ended >= late.toNanos());
      try (Scoring scoring = delayed.start()) {
        await().atMost(PATIENCE).until(() -> delayed.book().consumedInAll() == samples);
        assertThat(scoring.end()).isNotDone();
      }

      // then
      Sums expected = prompt.book().total(Book.ONLINE, ScoreKind.LIVE);
      Sums found = delayed.book().total(Book.ONLINE, ScoreKind.LIVE);
      System.out.printf(
          "AUC of %d live samples %.3f, scored late %.3f (prequential %.3f and %.3f)%n",
          found.getCount(),
          auc(prompt, ScoreKind.LIVE),
          auc(delayed, ScoreKind.LIVE),
          auc(prompt, ScoreKind.PREQUENTIAL),
          auc(delayed, ScoreKind.PREQUENTIAL));
      assertThat(found.getCount()).isEqualTo(samples).isEqualTo(expected.getCount());
      assertThat(found.getLoss()).isCloseTo(expected.getLoss(), offset(1e-6));
      assertThat(found.getPositives()).isEqualTo(expected.getPositives());
      assertThat(auc(delayed, ScoreKind.PREQUENTIAL))
          .as("what is made late is better only where it may be")
          .isGreaterThan(auc(delayed, ScoreKind.LIVE));
    }
  }

  private static void send(World world, int stretch, float slope) {
    Random random = new Random(stretch);
    for (int i = 0; i < STRETCH; i++) {
      double x = random.nextGaussian();
      world.send(0, x, x * slope + random.nextGaussian() > 0 ? 1 : 0);
    }
    world.flush();
  }

  private static double auc(World world, ScoreKind kind) {
    return java.util.Objects.requireNonNull(world.book().metrics(Book.ONLINE, kind).get("auc"));
  }

  private static void awaitTick() {
    long now = System.currentTimeMillis();
    await().pollInterval(Duration.ofMillis(1)).until(() -> System.currentTimeMillis() > now + 1);
  }
}

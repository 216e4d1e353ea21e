package io.millrace.eval.aggregation;

import static io.millrace.eval.aggregation.AggregationRun.A;
import static io.millrace.eval.aggregation.AggregationRun.B;
import static io.millrace.eval.aggregation.AggregationRun.HOUR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.eval.champion.PromotionLog;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.proto.PairedSums;
import io.millrace.schemas.proto.Promotion.Decision;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.time.Clock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From score sums to the champion's file, on a broker; and decisions by hand. */
class ChampionTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path directory;
  private TopologyStage stage;
  private Readiness readiness = new Readiness();

  @BeforeEach
  void start() throws Exception {
    stage = new TopologyStage(directory, 1, "{window: 1h}", "{min_samples: 100, min_windows: 1}");
  }

  @AfterEach
  void stop() {
    stage.close();
  }

  @Test
  @Tag("slow")
  void championIsAtItsPlaceByTheTestByHandAndAfterARestart() throws Exception {
    PromotionLog hand = new PromotionLog(stage.pipeline, stage.store, Clock.SYSTEM);
    stage.announce(A);
    try (Aggregation aggregation = aggregation()) {
      // when: nothing was proven yet
      awaitReady("no champion yet");

      // then
      assertThatThrownBy(() -> hand.rollBack("me"))
          .hasMessage("nothing to roll back: no checkpoint is in force yet");

      // when: the first is better than the prior baseline
      await().atMost(PATIENCE).until(() -> !stage.promotions().isEmpty());
      better(A, "");

      // then
      await().atMost(PATIENCE).until(() -> stage.champion().equals("model " + A));
      awaitReady("champion " + A);
      assertThat(aggregation.end()).isNotDone();
    }
    assertThatThrownBy(() -> hand.rollBack("me"))
        .hasMessageContaining("'" + A + "' is in force and has replaced nothing");
    assertThatThrownBy(() -> hand.promote(CheckpointId.of("no-such"), "me"))
        .hasMessage("checkpoint 'no-such' is not known, or was deleted; known are: " + A);
    assertThatThrownBy(() -> hand.promote(CheckpointId.of(A), "me"))
        .hasMessageContaining("in force already");

    // when: by hand, with no service running
    stage.announce(B);
    hand.promote(CheckpointId.of(B), "me");
    String promoted = stage.champion();
    hand.rollBack("me");

    // then
    assertThat(promoted).isEqualTo("model " + B);
    assertThat(stage.champion()).isEqualTo("model " + A);
    assertThat(hand.read().get(hand.read().size() - 1).decision())
        .satisfies(
            last -> {
              assertThat(last.getDecision()).isEqualTo(Decision.ROLLED_BACK_BY_HAND);
              assertThat(last.getBy()).isEqualTo("me");
              assertThat(last.getChampionId()).isEqualTo(B);
            });

    // when: the place is lost while nothing runs
    Files.delete(Path.of(stage.pipeline.checkpointStore(), "champion"));
    try (Aggregation again = aggregation()) {
      // then
      await().atMost(PATIENCE).until(() -> stage.champion().equals("model " + A));
      assertThat(again.end()).isNotDone();
    }
  }

  private Aggregation aggregation() {
    readiness = new Readiness();
    return Aggregation.start(stage.pipeline, stage.store, new Meters(), readiness);
  }

  private void awaitReady(String note) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                readiness.isReady()
                    && readiness.states().stream()
                        .anyMatch(state -> state.detail().contains(note)));
  }

  private void better(String challenger, String champion) {
    for (int i = 0; i < 10; i++) {
      stage.send(
          AggregationRun.scores(challenger, ScoreKind.PREQUENTIAL, 0, i * HOUR, 500)
              .addPaired(
                  PairedSums.newBuilder()
                      .setChampionId(champion)
                      .setChallengerId(challenger)
                      .setCount(500)
                      .setDifference(-50)
                      .setDifferenceSquared(5))
              .build());
    }
    stage.flush();
  }
}

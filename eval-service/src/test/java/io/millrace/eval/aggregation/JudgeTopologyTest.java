package io.millrace.eval.aggregation;

import static io.millrace.eval.aggregation.AggregationRun.A;
import static io.millrace.eval.aggregation.AggregationRun.B;
import static io.millrace.eval.aggregation.AggregationRun.C;
import static io.millrace.eval.aggregation.AggregationRun.D;
import static io.millrace.eval.aggregation.AggregationRun.HOUR;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.proto.PairedSums;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.Promotion.Decision;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.proto.Unloadable;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * The manual of decisions: which checkpoints get a trial, and how it ends. One slot unless stated.
 */
class JudgeTopologyTest extends Court {
  @Nested
  class WhenACheckpointIsAnnounced {
    @Test
    void itTakesAFreeSlotAndComparesWithThePriorBaselineWhileThereIsNoChampion() {
      // when
      announce(A);

      // then
      Promotion trial = run.decisions().get(0);
      assertThat(run.said()).containsExactly("TRIAL " + A);
      assertThat(trial.getChampionId()).isEmpty();
      assertThat(trial.getTrial()).isEqualTo(1);
      assertThat(trial.getAlpha()).isBetween(0.030, 0.031);
      assertThat(trial.getBy()).isEqualTo("test");
    }

    @Test
    void newestWaitsForASlotAndThoseBetweenAreNotTried() {
      // given
      announce(A);

      // when
      announce(B);
      announce(C);
      announce(D);
      better(A, "");

      // then
      assertThat(run.said())
          .containsExactly(
              "TRIAL " + A, "NOT_TRIED " + B, "NOT_TRIED " + C, "PROMOTED " + A, "TRIAL " + D);
      assertThat(run.decisions().get(4).getChampionId()).isEqualTo(A);
    }

    @Test
    void moreSlotsHoldMoreTrials() {
      // given
      run.close();
      run = new AggregationRun("evaluation.challengers=2");

      // when
      announce(A);
      announce(B);
      announce(C);

      // then
      assertThat(run.said()).containsExactly("TRIAL " + A, "TRIAL " + B);
    }

    @Test
    void oneThatIsDeletedLosesItsSlotOrItsPlaceInTheQueue() {
      // given
      announce(A);
      announce(B);

      // when
      run.deleted(B);
      run.deleted(A);

      // then
      assertThat(run.said()).containsExactly("TRIAL " + A, "NOT_TRIED " + B, "TIMED_OUT " + A);
    }
  }

  @Nested
  class WhenATrialGoesOn {
    @Test
    void betterOneIsPromotedWithAllFigures() {
      // given
      announce(A);

      // when
      better(A, "");

      // then
      Promotion promotion = run.decisions().get(1);
      assertThat(promotion.getDecision()).isEqualTo(Decision.PROMOTED);
      assertThat(promotion.getCheckpointId()).isEqualTo(A);
      assertThat(promotion.getCount()).isGreaterThanOrEqualTo(1000);
      assertThat(promotion.getWindows()).isGreaterThanOrEqualTo(2);
      assertThat(promotion.getMeanDifference()).isBetween(-0.1001, -0.0999);
      assertThat(promotion.getUpper()).isNegative();
      assertThat(promotion.getLower()).isLessThan(promotion.getMeanDifference());
      assertThat(promotion.getScoreSumsOffset()).isGreaterThanOrEqualTo(1);
      assertThat(promotion.getReason()).startsWith("better: ");
    }

    @Test
    void worseOneIsRejected() {
      // given
      champion(A);
      announce(B);

      // when
      pair(B, A, WORSE, 4);

      // then
      assertThat(run.said()).endsWith("TRIAL " + B, "REJECTED " + B);
    }

    @Test
    void oneThatIsNeitherTimesOut() {
      // given
      champion(A);
      announce(B);

      // when
      pair(B, A, 0, 41);

      // then
      assertThat(run.said()).endsWith("TRIAL " + B, "TIMED_OUT " + B);
    }

    @Test
    void oneThatIsNeverScoredTimesOutThoughOthersAre() {
      // given: it cannot be loaded
      announce(A);

      // when
      for (int i = 0; i < 21; i++) {
        run.scored("", ScoreKind.PREQUENTIAL, 0, i * HOUR, 1000);
      }

      // then
      assertThat(run.said()).containsExactly("TRIAL " + A, "TIMED_OUT " + A);
      assertThat(run.decisions().get(1).getReason()).contains("can it be loaded?");
    }

    @Test
    void oneThatCannotBeLoadedIsRejectedWithTheReasonAndTheNextIsNotAffected() {
      // given
      announce(A);
      announce(B);

      // when
      run.send(
          ScoreSums.newBuilder()
              .setOnline(true)
              .addUnloadable(
                  Unloadable.newBuilder().setCheckpointId(A).setReason("model.onnx is torn")));
      run.waits(Duration.ofMillis(100));
      better(B, "");

      // then
      assertThat(run.said())
          .containsExactly("TRIAL " + A, "REJECTED " + A, "TRIAL " + B, "PROMOTED " + B);
      assertThat(run.decisions().get(1).getReason()).contains("model.onnx is torn");
    }

    @Test
    void oneWindowIsNotEnough() {
      // given
      announce(A);

      // when
      for (int i = 0; i < 20; i++) {
        run.paired(A, "", 0, 500, BETTER);
      }
      List<String> inOneWindow = run.said();
      run.paired(A, "", HOUR, 500, BETTER);

      // then
      assertThat(inOneWindow).containsExactly("TRIAL " + A);
      assertThat(run.said()).endsWith("PROMOTED " + A);
    }

    @Test
    void sampleCountsOnceThoughItIsLiveToo() {
      // given
      announce(A);

      // when
      for (int i = 0; i < 20; i++) {
        run.send(
            AggregationRun.scores(A, ScoreKind.LIVE, 0, i * HOUR, 500)
                .addPaired(
                    PairedSums.newBuilder()
                        .setChallengerId(A)
                        .setCount(500)
                        .setDifference(-50)
                        .setDifferenceSquared(5)));
      }

      // then
      assertThat(run.said()).containsExactly("TRIAL " + A);
    }

    @Test
    void noPromotionIsTooSoonAfterTheLast() {
      // given
      run.close();
      run = new AggregationRun("promotion.cool_down=10h");
      champion(A);
      announce(B);

      // when
      pair(B, A, BETTER, 8);
      List<String> tooSoon = run.said();
      pair(B, A, BETTER, 16);

      // then
      assertThat(tooSoon).endsWith("TRIAL " + B);
      assertThat(run.said()).endsWith("PROMOTED " + B);
    }
  }

  @Nested
  class WhenTheChampionChanges {
    @Test
    void trialsAgainstTheFormerBeginAgainWithALevelOfTheirOwn() {
      // given
      run.close();
      run = new AggregationRun("evaluation.challengers=2");
      announce(A);
      announce(B);

      // when
      better(A, "");
      pair(B, "", BETTER, 10);

      // then
      assertThat(run.said())
          .containsExactly("TRIAL " + A, "TRIAL " + B, "PROMOTED " + A, "TRIAL " + B);
      Promotion again = run.decisions().get(3);
      assertThat(again.getChampionId()).isEqualTo(A);
      assertThat(again.getTrial()).isGreaterThan(2);
      assertThat(again.getAlpha()).isLessThan(run.decisions().get(1).getAlpha());
      assertThat(again.getCount()).isZero();
    }

    @Test
    void championThatFallsBehindWhatItReplacedIsRolledBack() {
      // given
      champion(A);
      announce(B);
      better(B, A);

      // when: the replaced checkpoint is scored on the same samples, and is better
      pair(A, B, BETTER, 4);

      // then
      assertThat(run.said()).endsWith("PROMOTED " + B, "ROLLED_BACK " + A);
      Promotion rollback = run.decisions().get(run.decisions().size() - 1);
      assertThat(rollback.getChampionId()).isEqualTo(B);
      assertThat(rollback.getReason()).contains("fell behind");
    }

    @Test
    void championThatFallsBehindLateIsRolledBackToo() {
      // given: for long the champion was the better one
      champion(A);
      announce(B);
      better(B, A);
      pair(A, B, WORSE, 120);

      // when
      pair(A, B, BETTER, 45);

      // then
      assertThat(run.said()).endsWith("ROLLED_BACK " + A);
    }

    @Test
    void withoutRollbackItStays() {
      // given
      run.close();
      run = new AggregationRun("promotion.rollback=false");
      champion(A);
      announce(B);
      better(B, A);

      // when
      pair(A, B, BETTER, 10);

      // then
      assertThat(run.said()).endsWith("PROMOTED " + B);
    }
  }
}

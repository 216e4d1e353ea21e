package io.millrace.eval.aggregation;

import static io.millrace.eval.aggregation.AggregationRun.A;
import static io.millrace.eval.aggregation.AggregationRun.HOUR;
import static io.millrace.schemas.proto.ScoreKind.HOLDOUT;
import static io.millrace.schemas.proto.ScoreKind.LIVE;
import static io.millrace.schemas.proto.ScoreKind.PREQUENTIAL;
import static io.millrace.schemas.proto.ScoreKind.RING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.schemas.proto.Evaluation;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The manual of evaluations: what happens to scores. */
class EvaluationsTopologyTest {
  private AggregationRun run = new AggregationRun();

  @AfterEach
  void close() {
    run.close();
  }

  @Nested
  class WhileAWindowGrows {
    @Test
    void sumsOfAllPartitionsAreAddedUp() {
      // when
      run.scored(A, PREQUENTIAL, 0, 0, 100);
      run.scored(A, PREQUENTIAL, 1, 0, 20);
      run.scored(A, PREQUENTIAL, 0, 0, 3);
      run.waits(Duration.ofSeconds(1));

      // then
      Evaluation evaluation = run.evaluation(A + "/PREQUENTIAL/0");
      assertThat(evaluation.getSums().getCount()).isEqualTo(123);
      assertThat(evaluation.getMetricsOrThrow("loss")).isEqualTo(0.5, within(1e-12));
      assertThat(evaluation.getFinal()).isFalse();
      assertThat(evaluation.getWindowEndMs()).isEqualTo(HOUR);
      assertThat(evaluation.getCheckpointStep()).isEqualTo(100);
    }

    @Test
    void kindsAndSeriesAndWindowsAreNeverAddedTogether() {
      // when
      run.scored(A, PREQUENTIAL, 0, 0, 1);
      run.scored(A, HOLDOUT, 0, 0, 2);
      run.scored(A, LIVE, 0, 0, 3);
      run.scored("", LIVE, 0, 0, 4);
      run.scored("", LIVE, 0, HOUR, 5);

      // then
      assertThat(run.evaluation(A + "/PREQUENTIAL/0").getSums().getCount()).isEqualTo(1);
      assertThat(run.evaluation(A + "/HOLDOUT/0").getSums().getCount()).isEqualTo(2);
      assertThat(run.evaluation(A + "/LIVE/0").getSums().getCount()).isEqualTo(3);
      assertThat(run.evaluation("online/LIVE/0").getSums().getCount()).isEqualTo(4);
      assertThat(run.evaluation("online/LIVE/" + HOUR).getSums().getCount()).isEqualTo(5);
      assertThat(run.evaluation("online/LIVE/0").getOnline()).isTrue();
    }

    @Test
    void firstWordIsSaidAtOnceAndTheNextAFewTimesASecond() {
      // when
      run.scored(A, PREQUENTIAL, 0, 0, 1);
      int atOnce = run.published();
      for (int i = 0; i < 50; i++) {
        run.scored(A, PREQUENTIAL, 0, 0, 1);
      }
      int meanwhile = run.published();
      run.waits(Duration.ofMillis(300));
      int later = run.published();

      // then
      assertThat(new int[] {atOnce, meanwhile, later}).containsExactly(1, 0, 1);
      assertThat(run.evaluation(A + "/PREQUENTIAL/0").getSums().getCount()).isEqualTo(51);
    }
  }

  @Nested
  class WhenEventTimePasses {
    @Test
    void windowIsFinalOnceEveryPartitionIsPastItAndItsGrace() {
      // given
      run.scored(A, PREQUENTIAL, 0, 0, 7);

      // when
      run.passed(HOUR + Duration.ofMinutes(9).toMillis());
      boolean withinGrace = run.evaluation(A + "/PREQUENTIAL/0").getFinal();
      run.reported(0, 3 * HOUR);
      run.reported(0, 3 * HOUR);
      run.waits(Duration.ofMillis(100));
      boolean oneOfTwoPassed = run.evaluation(A + "/PREQUENTIAL/0").getFinal();
      run.passed(HOUR + Duration.ofMinutes(10).toMillis());

      // then
      assertThat(withinGrace).isFalse();
      assertThat(oneOfTwoPassed).isFalse();
      assertThat(run.evaluation(A + "/PREQUENTIAL/0").getFinal()).isTrue();
    }

    @Test
    void reportCountsOnlyWhenTheSumsOfItsCommitHaveCome() {
      // given
      run.passed(0);

      // when: a commit's report precedes its sums
      run.reported(0, 5 * HOUR);
      run.reported(1, 5 * HOUR);
      run.waits(Duration.ofMillis(100));
      run.scored(A, PREQUENTIAL, 0, 0, 7);

      // then
      assertThat(run.evaluation(A + "/PREQUENTIAL/0").getSums().getCount()).isEqualTo(7);
      assertThat(run.evaluation(A + "/PREQUENTIAL/0").getLate()).isZero();
    }

    @Test
    void partitionThatIsIdleHoldsNoWindowOpen() {
      // given: partition 1 never speaks
      run.scored(A, PREQUENTIAL, 0, 0, 7);
      run.reported(0, 3 * HOUR);
      run.waits(Duration.ofSeconds(29));
      run.reported(0, 3 * HOUR);
      run.waits(Duration.ofMillis(100));
      boolean before = run.evaluation(A + "/PREQUENTIAL/0").getFinal();

      // when
      run.waits(Duration.ofSeconds(1));

      // then
      assertThat(before).isFalse();
      assertThat(run.evaluation(A + "/PREQUENTIAL/0").getFinal()).isTrue();
    }

    @Test
    void lastWindowOfAReplayIsFinalOnceAllIsIdle() {
      // given
      run.passed(HOUR / 2);
      run.scored(A, PREQUENTIAL, 0, 0, 7);

      // when
      run.waits(Duration.ofSeconds(31));

      // then
      assertThat(run.evaluation(A + "/PREQUENTIAL/0").getFinal()).isTrue();
    }

    @Test
    void windowOfThePresentStaysOpenThoughAllIsIdle() {
      // given: the driver's wall clock begins with 2026
      long present = java.time.Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
      run.passed(present + 1000);
      run.scored(A, PREQUENTIAL, 0, present, 7);

      // when
      run.waits(Duration.ofMinutes(30));
      boolean halfway = run.evaluation(A + "/PREQUENTIAL/" + present).getFinal();
      run.waits(Duration.ofMinutes(41));

      // then
      assertThat(halfway).isFalse();
      assertThat(run.evaluation(A + "/PREQUENTIAL/" + present).getFinal()).isTrue();
    }
  }

  @Nested
  class WhenSumsAreLate {
    @Test
    void withinGraceTheyAreAddedAndAfterItCounted() {
      // given
      run.scored(A, PREQUENTIAL, 0, 0, 100);
      run.passed(HOUR + 1);
      run.scored(A, PREQUENTIAL, 1, 0, 10);
      run.passed(2 * HOUR);

      // when
      run.scored(A, PREQUENTIAL, 1, 0, 3);
      run.scored(A, PREQUENTIAL, 1, 0, 4);
      run.waits(Duration.ofSeconds(1));

      // then: final + late = committed
      Evaluation evaluation = run.evaluation(A + "/PREQUENTIAL/0");
      assertThat(evaluation.getSums().getCount()).isEqualTo(110);
      assertThat(evaluation.getLate()).isEqualTo(7);
      assertThat(evaluation.getFinal()).isTrue();
    }

    @Test
    void laterThanAllThatIsRememberedTheyAreCountedForTheSeries() {
      // given
      run.scored(A, PREQUENTIAL, 0, 0, 100);
      run.passed(100 * HOUR);
      run.waits(Duration.ofMillis(100));
      boolean kept = run.state().keySet().stream().anyMatch(key -> key.startsWith("w/"));

      // when
      run.scored(A, PREQUENTIAL, 1, 0, 3);
      run.scored(A, PREQUENTIAL, 1, 5 * HOUR, 4);
      run.waits(Duration.ofSeconds(1));

      // then
      assertThat(kept).isFalse();
      assertThat(run.evaluation(A + "/PREQUENTIAL/0").getSums().getCount()).isEqualTo(100);
      assertThat(run.evaluation(A + "/PREQUENTIAL/late").getLate()).isEqualTo(7);
    }

    @Test
    void whatIsCountedForTheSeriesOutlivesTheProcess() {
      // given
      run.passed(100 * HOUR);
      run.scored(A, PREQUENTIAL, 1, 0, 3);
      run.waits(Duration.ofSeconds(1));

      // when
      var state = run.state();
      run.close();
      run = new AggregationRun(state);
      run.waits(Duration.ofSeconds(1));
      run.scored(A, PREQUENTIAL, 1, 5 * HOUR, 4);
      run.waits(Duration.ofSeconds(1));

      // then
      assertThat(run.evaluation(A + "/PREQUENTIAL/late").getLate()).isEqualTo(7);
    }

    @Test
    void theyArePublishedEvenIfTheirWindowIsForgottenThatVeryMoment() {
      // given
      run.scored(A, PREQUENTIAL, 0, 0, 100);
      run.passed(2 * HOUR);
      run.waits(Duration.ofMillis(100));

      // when: event time passes all windows in memory before the next tick
      run.scored(A, PREQUENTIAL, 1, 0, 3);
      run.scored(A, PREQUENTIAL, 1, 0, 4);
      run.passed(100 * HOUR);
      run.waits(Duration.ofSeconds(1));

      // then
      Evaluation evaluation = run.evaluation(A + "/PREQUENTIAL/0");
      assertThat(evaluation.getSums().getCount()).isEqualTo(100);
      assertThat(evaluation.getLate()).isEqualTo(7);
    }
  }

  @Nested
  class WhenACheckpointIsNew {
    @Test
    void itsRingIsReplacedPerPartitionAndNeverAdded() {
      // when
      run.send(AggregationRun.scores(A, RING, 0, 0, 100).setWindowEndMs(0));
      int atOnce = run.published();
      run.send(AggregationRun.scores(A, RING, 1, 0, 50).setWindowEndMs(0));
      run.send(AggregationRun.scores(A, RING, 0, 0, 110).setWindowEndMs(0));

      // then
      assertThat(atOnce).isEqualTo(1);
      assertThat(run.evaluation(A + "/RING/0").getSums().getCount()).isEqualTo(160);
    }

    @Test
    void itsRingLeavesTheStoreWithIt() {
      // given
      run.send(AggregationRun.scores(A, RING, 0, 0, 100).setWindowEndMs(0));

      // when
      run.deleted(A);

      // then
      assertThat(run.state().keySet()).noneMatch(key -> key.contains(A));
    }
  }

  @Nested
  class WhenTheProcessStartsAgain {
    @Test
    void windowsGoOnWhereTheyStoodAndWhatWasNotPublishedIs() {
      // given
      run.passed(HOUR / 2);
      run.scored(A, PREQUENTIAL, 0, 0, 100);
      run.scored(A, PREQUENTIAL, 0, 0, 20);
      var state = run.state();
      run.close();

      // when
      run = new AggregationRun(state);
      run.waits(Duration.ofMillis(100));
      long published = run.evaluation(A + "/PREQUENTIAL/0").getSums().getCount();
      run.scored(A, PREQUENTIAL, 1, 0, 3);
      run.passed(2 * HOUR);

      // then
      assertThat(published).isEqualTo(120);
      assertThat(run.evaluation(A + "/PREQUENTIAL/0").getSums().getCount()).isEqualTo(123);
      assertThat(run.evaluation(A + "/PREQUENTIAL/0").getFinal()).isTrue();
    }
  }

  @Test
  void sumsOfBinsThatThereAreNotArePassedOverAndCounted() {
    // given
    run.scored(A, PREQUENTIAL, 0, 0, 1);
    var strange = AggregationRun.scores(A, PREQUENTIAL, 0, 0, 1);
    strange.getSumsBuilder().getPositivesBuilder().addBins(1 << 20).addWeights(1);

    // when
    run.send(strange);
    run.scored(A, PREQUENTIAL, 0, 0, 1);
    run.waits(Duration.ofSeconds(1));

    // then
    assertThat(run.evaluation(A + "/PREQUENTIAL/0").getSums().getCount()).isEqualTo(2);
    assertThat(run.meters.get("millrace.aggregation.ignored").counter().count()).isEqualTo(1);
  }

  @Test
  void recordThatIsNoMessageIsPassedOverAndCounted() {
    // when
    run.sendBytes(new byte[] {-1, -1, -1});
    run.scored(A, PREQUENTIAL, 0, 0, 1);

    // then
    assertThat(run.hasEvaluation(A + "/PREQUENTIAL/0")).isTrue();
    assertThat(run.meters.get("millrace.aggregation.ignored").counter().count()).isEqualTo(1);
  }

  @Test
  void messagesWithAnIdThatNoCheckpointCanHaveAreIgnoredAndCounted() {
    // when
    run.announced("a/b");
    run.deleted("a/b");
    run.scored("a/b", PREQUENTIAL, 0, 0, 1);
    run.scored("a/b", RING, 0, 0, 1);
    run.scored(A, PREQUENTIAL, 0, 0, 1);

    // then
    assertThat(run.hasEvaluation(A + "/PREQUENTIAL/0")).isTrue();
    assertThat(run.state().keySet()).noneMatch(key -> key.contains("a/b"));
    assertThat(run.meters.get("millrace.aggregation.ignored").counter().count()).isEqualTo(4);
  }
}

package io.millrace.eval.dashboard.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.eval.dashboard.SampleAnnouncements;
import io.millrace.eval.dashboard.SampleScores;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.proto.Promotion.Decision;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.TrainProgress;
import io.millrace.schemas.time.ManualClock;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the page shows, of messages put in by hand; time too. */
class LiveModelTest {
  private static final PipelineConfig CONFIG =
      new PipelineLoader(Map.of(), List.of())
          .load(
              """
              pipeline: flights
              samples: {topic: flights.arrivals}
              features: [{name: distance, type: number}]
              label: {type: threshold, field: delay, above: 15}
              evaluation: {pinned: ['step>=30']}
              """,
              Path.of("/"))
          .config();

  private final LiveModel model =
      new LiveModel(CONFIG, new SimpleMeterRegistry(), new ManualClock());

  private void announce(long step, long seen, long atMs) {
    model.onCheckpoint(
        CheckpointId.of(SampleAnnouncements.id(step)),
        SampleAnnouncements.checkpoint(step, seen),
        atMs);
  }

  private void score(long step, long nowMs) {
    model.onEvaluation(
        SampleScores.window(SampleAnnouncements.id(step), step, ScoreKind.RING, 0, 50, 1, true),
        nowMs);
  }

  @Test
  void freshnessIsFromARecordsTimestampToTheFirstEvaluationThatKnowsIt() {
    // given two partitions whose 100 records were produced 10 ms apart, from time 1,000 on
    announce(0, 0, 500);
    model.onFilled();
    score(0, 600);
    model.onReport(SampleAnnouncements.report(0, 0, 1_000, 99, 1_990), 2_000);
    model.onReport(SampleAnnouncements.report(1, 0, 1_000, 99, 1_990), 2_000);
    announce(20, 50, 2_100);

    // when
    score(20, 2_500);
    score(20, 9_000);

    // then record 0 took 1,500 ms and record 49 took 1,010, and a second evaluation changes nothing
    var fresh = model.state(9_000).freshnessMs().all();
    assertThat(fresh.count()).isEqualTo(100);
    assertThat(fresh.p50()).isBetween(1_230L, 1_280L);
    assertThat(fresh.max()).isBetween(1_480L, 1_500L);
    assertThat(model.state(9_000).verdictMs().all().max()).isEqualTo(400);
  }

  @Test
  void freshnessWaitsUntilScoringHasReportedWhatTheCheckpointTrainedOn() {
    // given
    model.onFilled();
    announce(0, 0, 500);
    score(0, 600);
    announce(20, 50, 2_100);
    score(20, 2_500);
    assertThat(model.state(2_500).freshnessMs().all().count()).isZero();

    // when
    model.onReport(SampleAnnouncements.report(0, 0, 1_000, 99, 1_990), 60_000);

    // then
    assertThat(model.state(60_000).freshnessMs().all().count()).isEqualTo(50);
    assertThat(model.state(60_000).freshnessMs().all().max()).isLessThanOrEqualTo(1_500);
  }

  @Test
  void whatStoodOnTheTopicsAtTheStartIsShownButNotMeasured() {
    // given
    announce(0, 0, 500);
    announce(20, 50, 1_000);

    // when
    score(0, 5_000);
    score(20, 5_000);
    model.onFilled();

    // then
    assertThat(model.state(5_000).verdictMs().all().count()).isZero();
    assertThat(model.checkpoints(1).get(0).past()).isNotNull();
  }

  @Test
  void aStageWithWorkThatDoesNotMoveIsStalledAndOneWithoutIsIdle() {
    // given
    model.onProgress(TrainProgress.newBuilder().setTrainLogOffset(5).build());
    for (int second = 0; second <= 12; second++) {
      var stages =
          Map.of(
              OffsetsReading.WINDOWING, new OffsetsReading.StageOffsets(1_000, 500),
              OffsetsReading.SCORING, new OffsetsReading.StageOffsets(1_500, 1),
              OffsetsReading.AGGREGATION, new OffsetsReading.StageOffsets(second * 100L, 50_000));
      model.onReading(new OffsetsReading(second * 1_000L, 4, 1_500, 5, stages));
    }

    // when
    var states =
        model.state(12_000).stages().stream()
            .map(stage -> stage.name() + " " + stage.state())
            .toList();

    // then
    assertThat(states)
        .containsExactly(
            "windowing stalled", "training idle", "scoring idle", "aggregation behind");
    assertThat(model.state(12_000).stages().get(3).perSecond()).isEqualTo(100);
  }

  @Test
  void aDecisionThatAHandOvertookIsShownAsVoidAndChangesNothing() {
    // given
    announce(20, 1, 0);
    announce(40, 2, 0);
    model.onPromotion(
        SampleAnnouncements.decision(Decision.PROMOTED_BY_HAND, 20).setBy("ana").build());

    // when
    model.onPromotion(
        SampleAnnouncements.decision(Decision.PROMOTED, 40).setChampionId("another").build());

    // then
    var state = model.state(0);
    assertThat(state.inForce().champion()).extracting(PageState.Named::step).isEqualTo(20L);
    assertThat(state.inForce().by()).extracting(DecisionList.DecisionView::by).isEqualTo("ana");
    assertThat(model.promotions().get(0).overtaken()).isTrue();
  }

  @Test
  void aPinBySteppingIsTheFirstAnnouncedThereEvenWhenManyCameSince() {
    // given
    for (long step = 0; step < 2_000; step += 2) {
      announce(step, step, 0);
    }

    // when
    var pinned = model.state(0).inForce().pinned();

    // then
    assertThat(pinned).extracting(PageState.Named::step).containsExactly(30L);
    assertThat(model.checkpoints(9_999)).hasSize(Bounds.CHECKPOINTS);
    assertThat(model.state(0).checkpointsAnnounced()).isEqualTo(1_000);
  }

  @Test
  void aLetterSentBackIsNoLongerWaiting() {
    // given
    var letter = DeadLetter.newBuilder().setReason(DeadLetter.Reason.UNDECODABLE).build();
    model.onDeadLetter("a/0/1", letter);
    model.onDeadLetter("a/0/2", letter);

    // when
    model.onDeadLetter("a/0/1", null);

    // then
    assertThat(model.state(0).deadLetters())
        .isEqualTo(new DeadLetterCounts.DeadLettersView(1, 1, Map.of("undecodable", 1L)));
  }

  @Test
  void recentScoresAreMergedFromTheSumsOfTheNewestWindowsAndOldOnesAreForgotten() {
    // given
    var expected = new EvaluationSeries(CONFIG.label());
    for (int hour = 0; hour < Bounds.WINDOWS + 50; hour++) {
      var window = SampleScores.window("", 9, ScoreKind.LIVE, hour, 20, 1, true);
      model.onEvaluation(window, 0);
      if (hour >= Bounds.WINDOWS + 50 - Bounds.RECENT_WINDOWS) {
        expected.add(window, 1);
      }
    }

    // when
    var score = model.state(0).scores().get(0);

    // then
    assertThat(score.count()).isEqualTo(20L * Bounds.RECENT_WINDOWS);
    assertThat(score.metrics()).isEqualTo(expected.recent().metrics());
    assertThat(model.series(0, List.of("auc")).get(0).startMs()).hasSize(Bounds.WINDOWS);
  }
}

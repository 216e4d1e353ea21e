package io.millrace.eval.dashboard;

import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.proto.Excluded;
import io.millrace.schemas.proto.Promotion.Decision;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.proto.TrainMetrics;
import io.millrace.schemas.proto.TrainProgress;
import java.util.List;

/**
 * A pipeline's first day: 24 hours of evaluations, a promotion, a checkpoint on trial, a pinned
 * one, dead letters; and texts that would do harm if they were parsed as HTML.
 */
final class Story {
  static final int HOURS = 24;
  static final String HOSTILE =
      "<img src=x onerror=\"window.harmed=1\"><script>window.harmed=1</script>";

  private final LivePipeline to;

  Story(LivePipeline to) {
    this.to = to;
  }

  void tell() throws Exception {
    to.produce(40);
    for (long step = 0; step <= 200; step += 20) {
      to.announce(step, step / 20);
      to.send(
          to.names.evaluations(),
          SampleAnnouncements.id(step) + "/RING/0",
          SampleScores.window(SampleAnnouncements.id(step), step, ScoreKind.RING, 0, 400, 1, true));
    }
    decisions();
    for (int hour = 0; hour < HOURS; hour++) {
      hour(hour, 300, hour < HOURS - 1);
    }
    letters();
    progress(212, 9_800);
    to.commit("windowing", SampleAnnouncements.TOPIC, 0, 40);
    to.commit("windowing", SampleAnnouncements.TOPIC, 1, 40);
    to.commit("scoring", SampleAnnouncements.TOPIC, 0, 40);
    to.commit("scoring", SampleAnnouncements.TOPIC, 1, 38);
    to.commit("aggregation", to.names.scoreSums(), 0, 2);
  }

  private void decisions() {
    to.decide(SampleAnnouncements.decision(Decision.TRIAL, 20).setTrial(1));
    to.decide(
        SampleAnnouncements.decision(Decision.PROMOTED, 20)
            .setTrial(1)
            .setAlpha(0.0304)
            .setCount(1500)
            .setWindows(5)
            .setMeanDifference(-0.031)
            .setLower(-0.049)
            .setUpper(-0.012)
            .setReason("better than the prior"));
    to.decide(SampleAnnouncements.decision(Decision.NOT_TRIED, 40));
    to.decide(SampleAnnouncements.decision(Decision.TRIAL, 160).setTrial(2).setReason(HOSTILE));
  }

  /** One hour of all series. */
  void hour(int hour, int count, boolean last) {
    for (ScoreKind kind : List.of(ScoreKind.LIVE, ScoreKind.PREQUENTIAL, ScoreKind.HOLDOUT)) {
      int samples = kind == ScoreKind.HOLDOUT ? count / 10 + 20 : count;
      evaluate("", 200, kind, hour, samples, 0.5 + 0.4 * Math.min(1, hour / 8.0), last);
      evaluate(SampleAnnouncements.id(20), 20, kind, hour, samples, 0.55, last);
      evaluate(SampleAnnouncements.id(60), 60, kind, hour, samples, 0.4, last);
      if (hour > 12) {
        evaluate(SampleAnnouncements.id(160), 160, kind, hour, samples, 0.8, last);
      }
    }
  }

  private void evaluate(
      String id, long step, ScoreKind kind, int hour, int count, double skill, boolean last) {
    var window = SampleScores.window(id, step, kind, hour, count, skill, last);
    String series = id.isEmpty() ? "online" : id;
    to.send(to.names.evaluations(), series + "/" + kind + "/" + window.getWindowStartMs(), window);
  }

  private void letters() {
    for (int offset = 0; offset < 6; offset++) {
      letter(
          offset,
          DeadLetter.Reason.MISSING_FIELD,
          "field 'distance' is missing, expected a number");
    }
    letter(6, DeadLetter.Reason.UNDECODABLE, HOSTILE);
    to.send(to.names.deadLetters(), "flights.arrivals/0/0", null);
    to.send(
        to.names.scoreSums(),
        "online/SCORE_KIND_UNSPECIFIED/0",
        ScoreSums.newBuilder()
            .setOnline(true)
            .setTopic(SampleAnnouncements.TOPIC)
            .setConsumed(7200)
            .setScoredMs(System.currentTimeMillis())
            .addExcluded(Excluded.newBuilder().setReason("rejected").setCount(7))
            .addExcluded(Excluded.newBuilder().setReason("seen_in_training").setCount(31))
            .addExcluded(Excluded.newBuilder().setReason(HOSTILE).setCount(1))
            .build());
  }

  private void letter(long offset, DeadLetter.Reason reason, String detail) {
    to.send(
        to.names.deadLetters(),
        "flights.arrivals/0/" + offset,
        DeadLetter.newBuilder()
            .setTopic(SampleAnnouncements.TOPIC)
            .setOffset(offset)
            .setReason(reason)
            .setDetail(detail)
            .setRejectedMs(System.currentTimeMillis())
            .build());
  }

  void progress(long step, double samplesPerSecond) {
    to.send(
        to.names.progress(),
        "flights",
        TrainProgress.newBuilder()
            .setPipeline("flights")
            .setStep(step)
            .setTrainLogOffset(step)
            .setMicroBatchSize(50)
            .setAtMs(System.currentTimeMillis())
            .setMetrics(
                TrainMetrics.newBuilder()
                    .setLoss(0.4321)
                    .setLearningRate(0.003)
                    .setSamplesPerSecond(samplesPerSecond)
                    .setStepMsP50(0.6)
                    .setStepMsP99(1.9))
            .build());
  }
}

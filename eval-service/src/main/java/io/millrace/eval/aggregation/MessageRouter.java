package io.millrace.eval.aggregation;

import io.millrace.eval.promotion.Judge;
import io.millrace.eval.promotion.JudgeState;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.ScoreSums;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Routes sums, announcements and decisions, in order, to windows, first estimates, judge and drift.
 * Confined to one thread.
 */
final class MessageRouter {
  private static final String CLOCKS = "clocks";
  private static final String JUDGE = "judge";
  private static final long DRIFT_MS = 1000;
  private static final int ANNOUNCED = 64;

  private final StateStore store;
  private final AggregationMeters meters;
  private final LongSupplier nowMs;
  private final Clocks clocks;
  private final EvaluationWindows windows;
  private final RingEstimates rings;
  private final Judge judge;
  private final DriftWatch drift;
  private long driftSettledMs;
  private Clocks.ClocksState savedClocks = Clocks.ClocksState.EMPTY;
  private final Map<CheckpointId, Long> announcedMs = new LinkedHashMap<>();

  MessageRouter(
      PipelineConfig config,
      int partitions,
      StateStore store,
      Publisher publisher,
      AggregationMeters meters,
      LongSupplier nowMs) {
    this.store = store;
    this.meters = meters;
    this.nowMs = nowMs;
    this.drift = new DriftWatch(config.evaluation(), store, meters.drift());
    Evaluations evaluations =
        new Evaluations(config.label().task(), publisher, nowMs, drift::metrics);
    this.clocks =
        new Clocks(
            config.evaluation(),
            partitions,
            store.json(CLOCKS, Clocks.ClocksState.class, Clocks.ClocksState.EMPTY),
            nowMs.getAsLong());
    this.windows = new EvaluationWindows(config, store, evaluations, meters);
    this.rings = new RingEstimates(config.label(), store, evaluations);
    this.judge =
        new Judge(
            config.promotion(),
            config.evaluation().challengers(),
            store.json(JUDGE, JudgeState.class, JudgeState.EMPTY),
            publisher::promotion,
            nowMs);
  }

  /**
   * @param offset of the message in the topic of score sums
   */
  void onSums(ScoreSums sums, long offset) {
    long now = nowMs.getAsLong();
    meters.onSums();
    switch (sums.getKind()) {
      case LIVE, PREQUENTIAL, HOLDOUT -> {
        windows.add(sums, clocks.watermarkMs(), now);
        judge.onSums(sums, offset);
        saveJudge();
        drift.onSums(sums, judge.champion());
      }
      case RING -> onRing(sums, now);
      case SCORE_KIND_UNSPECIFIED -> {
        clocks.onReport(sums, now);
        saveClocks();
        judge.onSums(sums, offset);
        saveJudge();
      }
      case UNRECOGNIZED -> meters.onIgnored();
    }
  }

  private void onRing(ScoreSums ring, long now) {
    boolean first = rings.replace(ring);
    Long announced = announcedMs.get(CheckpointId.of(ring.getCheckpointId()));
    if (first && announced != null) {
      meters.onVerdict(announced, now);
    }
  }

  /**
   * @param atMs when the broker appended the announcement, epoch ms
   */
  void onAnnounced(Checkpoint checkpoint, long atMs) {
    announcedMs.put(CheckpointId.of(checkpoint.getId()), atMs);
    if (announcedMs.size() > ANNOUNCED) {
      announcedMs.remove(announcedMs.keySet().iterator().next());
    }
    judge.onAnnounced(checkpoint);
    saveJudge();
  }

  void onDeleted(CheckpointId id) {
    rings.forget(id);
    windows.forget(id);
    judge.onDeleted(id.text());
    saveJudge();
  }

  void onPromotion(Promotion promotion) {
    judge.onDecision(promotion);
    saveJudge();
  }

  private void saveJudge() {
    if (judge.takeChanged()) {
      store.putJson(JUDGE, judge.state());
    }
  }

  private void saveClocks() {
    Clocks.ClocksState state = clocks.state();
    if (!state.equals(savedClocks)) {
      savedClocks = state;
      store.putJson(CLOCKS, state);
    }
  }

  /** Call it about twenty times a second. */
  void onTick() {
    long now = nowMs.getAsLong();
    clocks.advance(now);
    saveClocks();
    meters.onWatermark(clocks.watermarkMs());
    windows.settle(clocks.watermarkMs(), now);
    windows.publishDue(now);
    judge.onTick();
    saveJudge();
    if (now - driftSettledMs >= DRIFT_MS) {
      driftSettledMs = now;
      drift.settle(windows.forgottenBeforeMs(clocks.watermarkMs()));
    }
  }
}

package io.millrace.demo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.promotions.InUse;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.Excluded;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.Promotion.Decision;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.proto.TrainProgress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The contents of a pipeline's topics, as observed so far. Thread-safe. */
final class ObservedTopics {
  @GuardedBy("this")
  private final Map<CheckpointId, ObservedCheckpoint> announced = new LinkedHashMap<>();

  @GuardedBy("this")
  private final Map<CheckpointId, FirstEvaluation> verdicts = new LinkedHashMap<>();

  @GuardedBy("this")
  private final Map<String, Evaluation> evaluations = new LinkedHashMap<>();

  @GuardedBy("this")
  private final Map<Decision, Integer> decisions = new EnumMap<>(Decision.class);

  @GuardedBy("this")
  private final Map<Integer, Long> consumed = new TreeMap<>();

  @GuardedBy("this")
  private final Map<String, Long> excluded = new TreeMap<>();

  @GuardedBy("this")
  private TrainProgress progress = TrainProgress.getDefaultInstance();

  @GuardedBy("this")
  private InUse inUse = InUse.NONE;

  @GuardedBy("this")
  private long trainedTo;

  @GuardedBy("this")
  private long trainedMs;

  @GuardedBy("this")
  private long evaluated;

  @GuardedBy("this")
  private long consumedMs;

  @GuardedBy("this")
  private long lineageRecords;

  @GuardedBy("this")
  private Optional<ObservedCheckpoint> newest = Optional.empty();

  synchronized void onCheckpoint(Checkpoint checkpoint, long atMs, boolean live) {
    ObservedCheckpoint one = new ObservedCheckpoint(checkpoint, atMs, live);
    announced.put(one.id(), one);
    newest = Optional.of(one);
    onTrained(checkpoint.getTrainLogOffset(), checkpoint.getCreatedMs());
    lineageRecords = Math.max(lineageRecords, one.records());
  }

  synchronized void onProgress(TrainProgress latest) {
    progress = latest;
    onTrained(latest.getTrainLogOffset(), latest.getAtMs());
  }

  @GuardedBy("this")
  private void onTrained(long offset, long atMs) {
    if (offset > trainedTo) {
      trainedTo = offset;
      trainedMs = atMs;
    }
  }

  synchronized void onPromotion(Promotion promotion) {
    decisions.merge(promotion.getDecision(), 1, Integer::sum);
    inUse = inUse.after(promotion);
  }

  /**
   * @param key the record's key: a later record with the same key replaces it
   */
  synchronized void onEvaluation(String key, Evaluation evaluation, long seenMs, boolean live) {
    Evaluation before = evaluations.put(key, evaluation);
    evaluated += ofEachSample(evaluation) - (before == null ? 0 : ofEachSample(before));
    if (live && evaluation.getSums().getCount() > 0) {
      CheckpointId.tryOf(evaluation.getCheckpointId())
          .map(announced::get)
          .filter(ObservedCheckpoint::live)
          .ifPresent(
              checkpoint ->
                  verdicts.putIfAbsent(checkpoint.id(), new FirstEvaluation(checkpoint, seenMs)));
    }
  }

  /** How many samples it covers, if its series contains each sample once; otherwise 0. */
  private static long ofEachSample(Evaluation evaluation) {
    ScoreKind kind = evaluation.getKind();
    return evaluation.getOnline() && (kind == ScoreKind.PREQUENTIAL || kind == ScoreKind.HOLDOUT)
        ? evaluation.getSums().getCount() + evaluation.getLate()
        : 0;
  }

  /**
   * A partition's report: the records that it consumed, and the reasons why some were not scored.
   */
  synchronized void onReport(ScoreSums report) {
    consumed.merge(report.getPartition(), report.getConsumed(), Long::sum);
    for (Excluded reason : report.getExcludedList()) {
      excluded.merge(reason.getReason(), reason.getCount(), Long::sum);
    }
    if (report.getConsumed() > 0) {
      consumedMs = report.getScoredMs();
    }
  }

  /** All checkpoints that were ever announced, in the order of announcement. */
  synchronized List<ObservedCheckpoint> announced() {
    return List.copyOf(announced.values());
  }

  synchronized Optional<ObservedCheckpoint> newest() {
    return newest;
  }

  /** The first checkpoint that was announced at or after this step. */
  synchronized Optional<ObservedCheckpoint> firstFrom(long step) {
    return announced.values().stream().filter(a -> a.checkpoint().getStep() >= step).findFirst();
  }

  /**
   * First evaluations of the checkpoints announced and evaluated during the observation, in order.
   */
  synchronized List<FirstEvaluation> verdicts() {
    return new ArrayList<>(verdicts.values());
  }

  synchronized Collection<Evaluation> evaluations() {
    return List.copyOf(evaluations.values());
  }

  synchronized int decided(Decision decision) {
    return decisions.getOrDefault(decision, 0);
  }

  synchronized InUse inUse() {
    return inUse;
  }

  synchronized TrainProgress progress() {
    return progress;
  }

  /** The train log's offset up to which training has advanced, according to the newest report. */
  synchronized long trainedTo() {
    return trainedTo;
  }

  /** How many records of the samples' topic are in the newest checkpoint's lineage. */
  synchronized long lineageRecords() {
    return lineageRecords;
  }

  /** How many records are in an evaluation, or are excluded for a reason. */
  synchronized long evaluated() {
    return evaluated + excluded.values().stream().mapToLong(Long::longValue).sum();
  }

  /** When training or scoring last advanced, epoch ms. */
  synchronized long lastMs() {
    return Math.max(trainedMs, consumedMs);
  }

  synchronized long consumed(int partition) {
    return consumed.getOrDefault(partition, 0L);
  }

  synchronized long consumed() {
    return consumed.values().stream().mapToLong(Long::longValue).sum();
  }

  synchronized Map<String, Long> excluded() {
    return Map.copyOf(excluded);
  }
}

package io.millrace.eval.dashboard.live;

import io.millrace.schemas.proto.TrainProgress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The stages from the stream to evaluations. Not thread-safe. */
final class Stages {
  private static final String STREAM = "stream";
  private static final String TRAINING = "training";

  private final Map<String, StageProgress> stages = new LinkedHashMap<>();
  private @Nullable TrainProgress progress;
  private int partitions;
  private long produced;
  private long lastSampleMs;

  Stages() {
    List.of(STREAM, OffsetsReading.WINDOWING)
        .forEach(name -> stages.put(name, new StageProgress(name, "records")));
    stages.put(TRAINING, new StageProgress(TRAINING, "batches"));
    stages.put(OffsetsReading.SCORING, new StageProgress(OffsetsReading.SCORING, "records"));
    stages.put(OffsetsReading.AGGREGATION, new StageProgress(OffsetsReading.AGGREGATION, "sums"));
  }

  /**
   * The topic of samples.
   *
   * @param produced the sum of the end offsets of all partitions
   * @param lastSampleMs when they last grew; 0 if not since the start of this process
   */
  record Stream(String topic, int partitions, long produced, double perSecond, long lastSampleMs) {}

  void onProgress(TrainProgress latest) {
    progress = latest;
  }

  void onReading(OffsetsReading reading) {
    if (reading.produced() > produced && produced > 0) {
      lastSampleMs = reading.atMs();
    }
    partitions = reading.partitions();
    produced = reading.produced();
    stage(STREAM).add(reading.atMs(), produced, 0);
    reading
        .stages()
        .forEach((name, seen) -> stage(name).add(reading.atMs(), seen.done(), seen.lag()));
    TrainProgress trained = progress;
    if (trained != null) {
      long place = trained.getTrainLogOffset();
      stage(TRAINING).add(reading.atMs(), place, Math.max(0, reading.trainLogEnd() - place));
    }
  }

  private StageProgress stage(String name) {
    return java.util.Objects.requireNonNull(stages.get(name), name);
  }

  Stream stream(String topic, long nowMs) {
    Double rate = stage(STREAM).view(nowMs).perSecond();
    return new Stream(topic, partitions, produced, rate == null ? 0 : rate, lastSampleMs);
  }

  List<StageProgress.StageView> views(long nowMs) {
    return stages.values().stream()
        .filter(stage -> stage != stages.get(STREAM))
        .map(stage -> stage.view(nowMs))
        .toList();
  }

  /** The readings of the last minutes, in columns. */
  record History(String name, List<Long> atMs, List<Double> perSecond, List<Long> lag) {}

  List<History> history() {
    List<History> all = new ArrayList<>();
    stages.forEach(
        (name, stage) -> {
          History history =
              new History(name, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
          for (StageProgress.StageReading at : stage.history()) {
            history.atMs.add(at.atMs());
            history.perSecond.add(at.perSecond());
            history.lag.add(at.lag());
          }
          all.add(history);
        });
    return all;
  }

  @Nullable TrainProgress progress() {
    return progress;
  }
}

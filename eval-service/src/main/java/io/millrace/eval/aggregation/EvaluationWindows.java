package io.millrace.eval.aggregation;

import io.millrace.eval.metrics.Tally;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.proto.Sums;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sums of scores per series, kind and event-time window. Confined to one thread. */
final class EvaluationWindows {
  /*
   * The store holds evaluations without metrics, by key. Sums are added to a window until it is final; later samples are
   * counted on the evaluation, so that final + late = all committed samples. The last REMEMBERED final windows are kept, to be
   * published again with their late samples. Samples of older windows are counted in one "late" record per series, which keeps
   * the state bounded and the count exact.
   */
  static final int REMEMBERED = 32;
  private static final String PREFIX = "w/";
  private static final String LATE = "late";

  private final PipelineConfig config;
  private final CachedMessages<Evaluation> windows;
  private final Evaluations evaluations;
  private final AggregationMeters meters;
  private final PublicationSchedule schedule = new PublicationSchedule();
  private final Map<String, WindowState> states = new HashMap<>();

  private record WindowState(long endMs, boolean isFinal) {
    /** The "late" record of a series is kept until its checkpoint is deleted. */
    static WindowState of(String key, Evaluation window) {
      boolean ofSeries = key.endsWith("/" + LATE);
      return new WindowState(
          ofSeries ? Long.MAX_VALUE / 2 : window.getWindowEndMs(), window.getFinal());
    }
  }

  EvaluationWindows(
      PipelineConfig config, StateStore store, Evaluations evaluations, AggregationMeters meters) {
    this.config = config;
    this.windows = new CachedMessages<>(store, PREFIX, Evaluation.parser());
    this.evaluations = evaluations;
    this.meters = meters;
    windows.each(
        (key, window) -> {
          states.put(key, WindowState.of(key, window));
          schedule.onRestored(key);
        });
    meters.onWindows(states.size());
  }

  /** Adds the sums to their window, and returns it; null if they were late. */
  @Nullable Evaluation add(ScoreSums sums, long watermarkMs, long nowMs) {
    SeriesKey series = SeriesKey.of(sums);
    String key = PREFIX + series.evaluation(Long.toString(sums.getWindowStartMs()));
    Evaluation found = windows.get(key);
    if (overMs(sums.getWindowEndMs()) <= watermarkMs) {
      onLate(series, key, found, sums.getSums().getCount(), nowMs);
      return null;
    }
    Evaluation grown = grow(series, found, sums);
    windows.put(key, grown);
    states.put(key, new WindowState(grown.getWindowEndMs(), false));
    meters.onSamples(sums.getSums().getCount());
    if (schedule.onGrown(key, nowMs)) {
      publish(key, grown);
    }
    return grown;
  }

  private Evaluation grow(SeriesKey series, @Nullable Evaluation found, ScoreSums sums) {
    Evaluation.Builder window = found == null ? series.evaluation() : found.toBuilder();
    return window
        .setWindowStartMs(sums.getWindowStartMs())
        .setWindowEndMs(sums.getWindowEndMs())
        .setSums(merged(window.getSums(), sums.getSums()))
        .build();
  }

  private Sums merged(Sums one, Sums other) {
    Tally tally = new Tally(config.label());
    tally.merge(one);
    tally.merge(other);
    return tally.toProto();
  }

  private void onLate(
      SeriesKey series, String key, @Nullable Evaluation found, long count, long nowMs) {
    boolean remembered = found != null;
    String target = remembered ? key : PREFIX + series.evaluation(LATE);
    Evaluation before = remembered ? found : windows.get(target);
    Evaluation.Builder counted = before == null ? series.evaluation() : before.toBuilder();
    Evaluation after = counted.setFinal(true).setLate(counted.getLate() + count).build();
    windows.put(target, after);
    states.put(target, WindowState.of(target, after));
    meters.onLate(count);
    if (schedule.onGrown(target, nowMs)) {
      publish(target, after);
    }
  }

  /** Makes windows final that every partition has passed, and drops old ones. */
  void settle(long watermarkMs, long nowMs) {
    long forgottenMs = forgottenBeforeMs(watermarkMs);
    for (Map.Entry<String, WindowState> entry : Map.copyOf(states).entrySet()) {
      WindowState state = entry.getValue();
      if (!state.isFinal() && overMs(state.endMs()) <= watermarkMs) {
        finish(entry.getKey(), nowMs);
      } else if (state.isFinal() && state.endMs() <= forgottenMs) {
        forgetKey(entry.getKey());
      }
    }
    meters.onWindows(states.size());
  }

  /** Windows that end at or before this event time are dropped. */
  long forgottenBeforeMs(long watermarkMs) {
    return watermarkMs == Clocks.NONE
        ? Clocks.NONE
        : watermarkMs
            - config.evaluation().grace().toMillis()
            - REMEMBERED * config.evaluation().window().toMillis();
  }

  private void finish(String key, long nowMs) {
    Evaluation window = windows.get(key);
    if (window != null) {
      Evaluation last = window.toBuilder().setFinal(true).build();
      windows.put(key, last);
      states.put(key, new WindowState(last.getWindowEndMs(), true));
      schedule.onPublished(key, nowMs);
      publish(key, last);
    }
  }

  /** Drops the late counts of a checkpoint that was deleted. */
  void forget(CheckpointId id) {
    for (ScoreKind kind : ScoreKind.values()) {
      String late = PREFIX + new SeriesKey(id, kind).evaluation(LATE);
      if (states.containsKey(late)) {
        forgetKey(late);
      }
    }
  }

  /*
   * Late samples that were not published yet are published now, because there is no later opportunity.
   */
  private void forgetKey(String key) {
    if (schedule.forget(key)) {
      republish(key);
    }
    windows.delete(key);
    states.remove(key);
  }

  /** Publishes the windows that are due. */
  void publishDue(long nowMs) {
    schedule.eachDue(nowMs, this::republish);
  }

  private void republish(String key) {
    Evaluation window = windows.get(key);
    if (window != null) {
      publish(key, window);
    }
  }

  /* There are hundreds of windows: none requests a commit of its own. */
  private void publish(String key, Evaluation window) {
    evaluations.publish(key.substring(PREFIX.length()), window, false);
  }

  private long overMs(long endMs) {
    return endMs + config.evaluation().grace().toMillis();
  }
}

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

/** Scores added up per series, kind and event-time window. Confined to one thread. */
final class EvaluationWindows {
  /*
   * In the store, by the evaluation's key: the evaluation without metrics. A window takes sums until it is final; what
   * comes after is counted on the evaluation, so that final + late = all that was committed. A final window is
   * remembered for so many more, to be published again with its late ones; beyond that they are counted
   * under the series' own "late", which keeps the state bounded and the count exact.
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
    /** What is counted for a series ends with its checkpoint only. */
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

  /** The window as it stands, if the sums were added to it; null if they were too late. */
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

  /** Makes final what every partition has passed, and forgets what is long past. */
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

  /** Windows that end by then are not remembered. */
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

  /** The checkpoint is gone: nothing more can be late. */
  void forget(CheckpointId id) {
    for (ScoreKind kind : ScoreKind.values()) {
      String late = PREFIX + new SeriesKey(id, kind).evaluation(LATE);
      if (states.containsKey(late)) {
        forgetKey(late);
      }
    }
  }

  /* What came late and was not published yet is published now, or it would never be. */
  private void forgetKey(String key) {
    if (schedule.forget(key)) {
      republish(key);
    }
    windows.delete(key);
    states.remove(key);
  }

  /** Publishes what has grown and waited for it. */
  void publishDue(long nowMs) {
    schedule.eachDue(nowMs, this::republish);
  }

  private void republish(String key) {
    Evaluation window = windows.get(key);
    if (window != null) {
      publish(key, window);
    }
  }

  /* Windows come by the hundred: none asks for a commit of its own. */
  private void publish(String key, Evaluation window) {
    evaluations.publish(key.substring(PREFIX.length()), window, false);
  }

  private long overMs(long endMs) {
    return endMs + config.evaluation().grace().toMillis();
  }
}

package io.millrace.eval.aggregation;

import io.millrace.eval.metrics.Tally;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.proto.Sums;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Scores added up per series, kind and event-time window. Confined to one thread. */
final class Windows {
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
  private final StateStore store;
  private final Evaluations evaluations;
  private final AggregationMeters meters;
  private final Growing growing = new Growing();
  private final Map<String, Life> lives = new HashMap<>();

  private record Life(long endMs, boolean isFinal) {}

  Windows(
      PipelineConfig config, StateStore store, Evaluations evaluations, AggregationMeters meters) {
    this.config = config;
    this.store = store;
    this.evaluations = evaluations;
    this.meters = meters;
    store.each(
        PREFIX,
        Evaluation.parser(),
        (key, window) -> {
          lives.put(key, new Life(window.getWindowEndMs(), window.getFinal()));
          growing.onRestored(key);
        });
    meters.onWindows(lives.size());
  }

  /** The window as it stands, if the sums were added to it; null if they were too late. */
  @Nullable Evaluation add(ScoreSums sums, long watermarkMs, long nowMs) {
    SeriesKey series = SeriesKey.of(sums);
    String key = PREFIX + series.evaluation(Long.toString(sums.getWindowStartMs()));
    Evaluation found = store.message(key, Evaluation.parser());
    if (overMs(sums.getWindowEndMs()) <= watermarkMs) {
      onLate(series, key, found, sums.getSums().getCount(), nowMs);
      return null;
    }
    Evaluation grown = grow(series, found, sums);
    store.put(key, grown);
    lives.put(key, new Life(grown.getWindowEndMs(), false));
    meters.onSamples(sums.getSums().getCount());
    if (growing.onGrown(key, nowMs)) {
      publish(key, grown, found == null);
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
    Evaluation before = remembered ? found : store.message(target, Evaluation.parser());
    Evaluation.Builder counted = before == null ? series.evaluation() : before.toBuilder();
    Evaluation after = counted.setFinal(true).setLate(counted.getLate() + count).build();
    store.put(target, after);
    lives.put(target, new Life(remembered ? after.getWindowEndMs() : Long.MAX_VALUE / 2, true));
    meters.onLate(count);
    if (growing.onGrown(target, nowMs)) {
      publish(target, after, before == null);
    }
  }

  /** Makes final what every partition has passed, and forgets what is long past. */
  void settle(long watermarkMs, long nowMs) {
    long forgottenMs = forgottenBeforeMs(watermarkMs);
    for (Map.Entry<String, Life> entry : Map.copyOf(lives).entrySet()) {
      Life life = entry.getValue();
      if (!life.isFinal() && overMs(life.endMs()) <= watermarkMs) {
        finish(entry.getKey(), nowMs);
      } else if (life.isFinal() && life.endMs() <= forgottenMs) {
        forgetKey(entry.getKey());
      }
    }
    meters.onWindows(lives.size());
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
    Evaluation window = store.message(key, Evaluation.parser());
    if (window != null) {
      Evaluation last = window.toBuilder().setFinal(true).build();
      store.put(key, last);
      lives.put(key, new Life(last.getWindowEndMs(), true));
      growing.onPublished(key, nowMs);
      publish(key, last, false);
    }
  }

  /** The checkpoint is gone: nothing more can be late. */
  void forget(String id) {
    for (ScoreKind kind : ScoreKind.values()) {
      String late = PREFIX + new SeriesKey(id, kind).evaluation(LATE);
      if (lives.containsKey(late)) {
        forgetKey(late);
      }
    }
  }

  /* What came late and was not published yet is published now, or it would never be. */
  private void forgetKey(String key) {
    if (growing.forget(key)) {
      publishKept(key);
    }
    store.delete(key);
    lives.remove(key);
  }

  /** Publishes what has grown and waited for it. */
  void publishDue(long nowMs) {
    growing.eachDue(nowMs, this::publishKept);
  }

  private void publishKept(String key) {
    Evaluation window = store.message(key, Evaluation.parser());
    if (window != null) {
      publish(key, window, false);
    }
  }

  private void publish(String key, Evaluation window, boolean first) {
    evaluations.publish(key.substring(PREFIX.length()), window, first);
  }

  private long overMs(long endMs) {
    return endMs + config.evaluation().grace().toMillis();
  }
}

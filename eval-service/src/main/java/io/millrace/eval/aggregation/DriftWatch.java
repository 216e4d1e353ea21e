package io.millrace.eval.aggregation;

import io.millrace.eval.drift.Adwin;
import io.millrace.eval.drift.Histograms;
import io.millrace.eval.drift.StabilityIndex;
import io.millrace.schemas.config.EvaluationConfig;
import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.Histogram;
import io.millrace.schemas.proto.InputHistogram;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Whether the stream has moved since the champion was promoted: ADWIN on the champion's loss, the
 * population stability index of each input column and of the champion's scores. Confined to one
 * thread.
 */
final class DriftWatch {
  /*
   * In the store, per event-time window: the histograms of the inputs (of the online series' samples, each of which is in
   * PREQUENTIAL or HOLDOUT) and of the champion's scores. The reference is the first window, from the one of the promotion on, that
   * has samples enough for an index; it is kept, the others go with the windows they belong to.
   */
  private static final String SCORES = "scores";
  private static final String INPUT = "input_";
  private static final String STATE = "drift";
  private static final String PREFIX = "d/";

  private final EvaluationConfig config;
  private final StateStore store;
  private final DriftMeters meters;
  private Adwin adwin;
  private State state;

  /**
   * What must outlive the process, beside the histograms.
   *
   * @param sinceMs start of the window in which the champion was promoted
   * @param adwin encoded; one or none
   */
  record State(String champion, long sinceMs, List<byte[]> adwin) {}

  DriftWatch(EvaluationConfig config, StateStore store, DriftMeters meters) {
    this.config = config;
    this.store = store;
    this.meters = meters;
    this.state = store.json(STATE, State.class, new State("", Long.MIN_VALUE, List.of()));
    double delta = config.drift().delta();
    this.adwin =
        state.adwin().isEmpty() ? new Adwin(delta) : Adwin.parse(delta, state.adwin().get(0));
  }

  /** Takes in sums, and who is in force after them. */
  void onSums(ScoreSums sums, String champion) {
    if (!champion.equals(state.champion())) {
      begin(champion, sums.getWindowStartMs());
    }
    if (sums.getKind() != ScoreKind.PREQUENTIAL && sums.getKind() != ScoreKind.HOLDOUT) {
      return;
    }
    if (sums.getOnline()) {
      for (InputHistogram input : sums.getInputsList()) {
        add(INPUT + input.getName(), sums.getWindowStartMs(), input.getValues());
      }
    } else if (sums.getCheckpointId().equals(champion)) {
      add(SCORES, sums.getWindowStartMs(), Histograms.ofScores(sums.getSums()));
      if (adwin.add(sums.getSums())) {
        meters.onChange();
      }
      keep();
      meters.onLoss(adwin.mean(), adwin.count());
    }
  }

  private void begin(String champion, long windowStartMs) {
    state = new State(champion, windowStartMs, List.of());
    adwin = new Adwin(config.drift().delta());
    store.each(prefix(SCORES), Histogram.parser(), (key, old) -> store.delete(key));
    keep();
    meters.clear();
  }

  private void keep() {
    state = new State(state.champion(), state.sinceMs(), List.of(adwin.toBytes()));
    store.putJson(STATE, state);
  }

  private void add(String column, long windowStartMs, Histogram values) {
    String key = key(column, windowStartMs);
    Histogram found = store.message(key, Histogram.parser());
    store.put(key, found == null ? values : Histograms.sum(found, values));
  }

  /** Metrics to go with an evaluation of the champion; none for others. */
  Map<String, Double> metrics(Evaluation evaluation) {
    boolean ofChampion =
        !state.champion().isEmpty()
            && evaluation.getCheckpointId().equals(state.champion())
            && evaluation.getKind() == ScoreKind.PREQUENTIAL;
    if (!ofChampion) {
      return Map.of();
    }
    Map<String, Double> metrics = new TreeMap<>();
    indices(evaluation.getWindowStartMs())
        .forEach((column, index) -> metrics.put("psi_" + column, index));
    metrics.put("adwin_changes", (double) adwin.changes());
    metrics.put("adwin_loss", adwin.mean());
    return metrics;
  }

  /** Forgets windows that end before this event time, but for the references, and tells meters. */
  void settle(long forgetBeforeMs) {
    Map<String, NavigableMap<Long, Histogram>> columns = columns();
    columns.forEach(
        (column, windows) -> {
          long reference = reference(windows);
          long newest = windows.lastKey();
          for (long start : windows.keySet()) {
            if (start != reference && start + windowMs() < forgetBeforeMs) {
              store.delete(key(column, start));
            }
          }
          index(windows, newest)
              .ifPresent(index -> meters.onIndex(column, index, config.drift().psi()));
        });
  }

  private Map<String, Double> indices(long windowStartMs) {
    Map<String, Double> indices = new TreeMap<>();
    columns()
        .forEach(
            (column, windows) ->
                index(windows, windowStartMs).ifPresent(index -> indices.put(column, index)));
    return indices;
  }

  private OptionalDouble index(NavigableMap<Long, Histogram> windows, long windowStartMs) {
    long reference = reference(windows);
    Histogram then = windows.get(reference);
    Histogram now = windows.get(windowStartMs);
    return then == null || now == null || reference == windowStartMs
        ? OptionalDouble.empty()
        : StabilityIndex.of(then, now);
  }

  /** {@link Long#MIN_VALUE}: none has enough samples yet. */
  private long reference(NavigableMap<Long, Histogram> windows) {
    for (Map.Entry<Long, Histogram> window : windows.tailMap(state.sinceMs(), true).entrySet()) {
      if (StabilityIndex.of(window.getValue(), window.getValue()).isPresent()) {
        return window.getKey();
      }
    }
    return Long.MIN_VALUE;
  }

  private Map<String, NavigableMap<Long, Histogram>> columns() {
    Map<String, NavigableMap<Long, Histogram>> columns = new TreeMap<>();
    store.each(
        PREFIX,
        Histogram.parser(),
        (key, histogram) -> {
          int slash = key.lastIndexOf('/');
          columns
              .computeIfAbsent(key.substring(PREFIX.length(), slash), column -> new TreeMap<>())
              .put(Long.parseLong(key.substring(slash + 1)), histogram);
        });
    return columns;
  }

  private long windowMs() {
    return config.window().toMillis();
  }

  private static String prefix(String column) {
    return PREFIX + column + "/";
  }

  private static String key(String column, long windowStartMs) {
    return prefix(column) + windowStartMs;
  }
}

package io.millrace.eval.aggregation;

import com.fasterxml.jackson.annotation.JsonProperty;
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
 * Detects drift since the champion was promoted: ADWIN on the champion's loss, and the population
 * stability index of each input column and of the champion's scores. Confined to one thread.
 */
final class DriftWatch {
  /*
   * The store holds, per event-time window, the histograms of the inputs (of the online series' samples, each of which is in
   * PREQUENTIAL or HOLDOUT) and of the champion's scores. The reference is the first window with enough samples for an index,
   * starting with the window of the promotion. It is kept; the others are deleted with their windows.
   */
  private static final String SCORES = "scores";
  private static final String INPUT = "input_";
  private static final String STATE = "drift";
  private static final String PREFIX = "d/";

  private final EvaluationConfig config;
  private final StateStore store;
  private final DriftMeters meters;
  private final Map<String, NavigableMap<Long, Histogram>> columns = new TreeMap<>();
  private Adwin adwin;
  private DriftState state;

  /**
   * The state besides the histograms; stored as JSON under these names.
   *
   * @param sinceMs start of the window in which the champion was promoted
   * @param adwin encoded; one or none
   */
  record DriftState(
      @JsonProperty("champion") String champion,
      @JsonProperty("sinceMs") long sinceMs,
      @JsonProperty("adwin") List<byte[]> adwin) {}

  DriftWatch(EvaluationConfig config, StateStore store, DriftMeters meters) {
    this.config = config;
    this.store = store;
    this.meters = meters;
    this.state = store.json(STATE, DriftState.class, new DriftState("", Long.MIN_VALUE, List.of()));
    double delta = config.drift().delta();
    this.adwin =
        state.adwin().isEmpty() ? new Adwin(delta) : Adwin.parse(delta, state.adwin().get(0));
    store.each(PREFIX, Histogram.parser(), this::restore);
  }

  private void restore(String key, Histogram histogram) {
    int slash = key.lastIndexOf('/');
    windows(key.substring(PREFIX.length(), slash))
        .put(Long.parseLong(key.substring(slash + 1)), histogram);
  }

  /**
   * Adds sums.
   *
   * @param champion in force after these sums; empty: none
   */
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
      save();
      meters.onLoss(adwin.mean(), adwin.count());
    }
  }

  private void begin(String champion, long windowStartMs) {
    state = new DriftState(champion, windowStartMs, List.of());
    adwin = new Adwin(config.drift().delta());
    windows(SCORES).keySet().forEach(start -> store.delete(key(SCORES, start)));
    columns.remove(SCORES);
    save();
    meters.clear();
  }

  private void save() {
    state = new DriftState(state.champion(), state.sinceMs(), List.of(adwin.toBytes()));
    store.putJson(STATE, state);
  }

  private void add(String column, long windowStartMs, Histogram values) {
    Histogram sum = windows(column).merge(windowStartMs, values, Histograms::sum);
    store.put(key(column, windowStartMs), sum);
  }

  private NavigableMap<Long, Histogram> windows(String column) {
    return columns.computeIfAbsent(column, name -> new TreeMap<>());
  }

  /** Metrics to add to an evaluation of the champion; empty for other evaluations. */
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

  /**
   * Deletes windows that end before this event time, except the references, and updates the meters.
   */
  void settle(long forgetBeforeMs) {
    columns.forEach(
        (column, windows) -> {
          if (!windows.isEmpty()) {
            index(windows, windows.lastKey())
                .ifPresent(index -> meters.onIndex(column, index, config.drift().psi()));
            forget(column, windows, forgetBeforeMs);
          }
        });
  }

  private void forget(String column, NavigableMap<Long, Histogram> windows, long beforeMs) {
    long reference = reference(windows);
    for (long start : List.copyOf(windows.keySet())) {
      if (start != reference && start + windowMs() < beforeMs) {
        windows.remove(start);
        store.delete(key(column, start));
      }
    }
  }

  private Map<String, Double> indices(long windowStartMs) {
    Map<String, Double> indices = new TreeMap<>();
    columns.forEach(
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

  /** The start of the reference window; {@link Long#MIN_VALUE} if none has enough samples yet. */
  private long reference(NavigableMap<Long, Histogram> windows) {
    for (Map.Entry<Long, Histogram> window : windows.tailMap(state.sinceMs(), true).entrySet()) {
      if (StabilityIndex.hasEnough(window.getValue())) {
        return window.getKey();
      }
    }
    return Long.MIN_VALUE;
  }

  private long windowMs() {
    return config.window().toMillis();
  }

  private static String key(String column, long windowStartMs) {
    return PREFIX + column + "/" + windowStartMs;
  }
}

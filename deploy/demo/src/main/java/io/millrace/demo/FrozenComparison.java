package io.millrace.demo;

import io.millrace.eval.metrics.Metrics;
import io.millrace.eval.metrics.Tally;
import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.Sums;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The online model compared with the frozen one over the same samples: those of the event-time
 * windows after the frozen model's flights in which both models scored every sample. Immutable.
 *
 * @param fromMs start of the first of these windows, event time
 * @param leftOut later windows in which one model has fewer scores because it was being loaded
 * @param samples how many samples both models scored
 */
record FrozenComparison(
    long fromMs,
    int windows,
    int leftOut,
    Map<String, Double> live,
    Map<String, Double> frozen,
    Map<String, Double> prequential,
    Map<String, Double> holdout,
    long samples) {

  /**
   * @param evaluations the last evaluation of each window
   * @param notBeforeMs event time of the last sample that is left out of the comparison
   * @param frozenId the frozen model's checkpoint
   * @return empty if no such window has been evaluated
   */
  static Optional<FrozenComparison> of(
      Collection<Evaluation> evaluations,
      LabelConfig label,
      long notBeforeMs,
      CheckpointId frozenId) {
    Map<Long, Sums> live = online(evaluations, ScoreKind.LIVE);
    Map<Long, Sums> frozen = windows(evaluations, ScoreKind.LIVE, frozenId.text());
    List<Long> even =
        live.keySet().stream()
            .filter(start -> start > notBeforeMs)
            .filter(start -> isEven(start, live, frozen))
            .toList();
    if (even.isEmpty()) {
      return Optional.empty();
    }
    long after = live.keySet().stream().filter(start -> start >= even.get(0)).count();
    Sums all = sum(label, live, even);
    return Optional.of(
        new FrozenComparison(
            even.get(0),
            even.size(),
            (int) after - even.size(),
            Metrics.of(label.task(), all),
            Metrics.of(label.task(), sum(label, frozen, even)),
            Metrics.of(label.task(), sum(label, online(evaluations, ScoreKind.PREQUENTIAL), even)),
            Metrics.of(label.task(), sum(label, online(evaluations, ScoreKind.HOLDOUT), even)),
            all.getCount()));
  }

  private static boolean isEven(long start, Map<Long, Sums> live, Map<Long, Sums> frozen) {
    Sums other = frozen.get(start);
    Sums one = live.get(start);
    return other != null && one != null && other.getCount() == one.getCount();
  }

  /** The sums of the latest checkpoint at each moment, by the start of their window. */
  static Map<Long, Sums> online(Collection<Evaluation> evaluations, ScoreKind kind) {
    return windows(evaluations, kind, "");
  }

  private static Map<Long, Sums> windows(
      Collection<Evaluation> evaluations, ScoreKind kind, String checkpoint) {
    Map<Long, Sums> windows = new TreeMap<>();
    for (Evaluation evaluation : evaluations) {
      if (evaluation.getKind() == kind && evaluation.getCheckpointId().equals(checkpoint)) {
        windows.put(evaluation.getWindowStartMs(), evaluation.getSums());
      }
    }
    return windows;
  }

  static Sums sum(LabelConfig label, Map<Long, Sums> windows, Collection<Long> starts) {
    Tally sum = new Tally(label);
    starts.stream().filter(windows::containsKey).map(windows::get).forEach(sum::merge);
    return sum.toProto();
  }
}

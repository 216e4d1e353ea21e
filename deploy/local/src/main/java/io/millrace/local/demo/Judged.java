package io.millrace.local.demo;

import io.millrace.eval.metrics.Metrics;
import io.millrace.eval.metrics.Tally;
import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.Sums;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The online model beside the frozen one, over the same samples: those of the event-time windows
 * that begin when the frozen model was already there for all of them. Immutable.
 *
 * @param fromMs where the first of these windows begins, event time
 * @param uneven windows after it in which the two were not scored on equally many samples
 */
record Judged(
    long fromMs,
    int windows,
    int uneven,
    Map<String, Double> live,
    Map<String, Double> frozen,
    Map<String, Double> prequential,
    Map<String, Double> holdout,
    long samples) {

  /**
   * @param evaluations the last word per window
   * @param notBeforeMs event time of the last sample that is not to be judged
   * @param frozenId the frozen model's checkpoint
   * @return empty where no such window has been evaluated
   */
  static Optional<Judged> of(
      Collection<Evaluation> evaluations, LabelConfig label, long notBeforeMs, String frozenId) {
    Map<Long, Sums> live = online(evaluations, ScoreKind.LIVE);
    Map<Long, Sums> frozen = windows(evaluations, ScoreKind.LIVE, frozenId);
    Optional<Long> first =
        live.keySet().stream()
            .filter(start -> start > notBeforeMs)
            .filter(start -> isEven(start, live, frozen))
            .findFirst();
    if (first.isEmpty()) {
      return Optional.empty();
    }
    long from = first.get();
    int uneven =
        (int)
            live.keySet().stream()
                .filter(start -> start >= from && !isEven(start, live, frozen))
                .count();
    Sums all = sum(label, live, from);
    return Optional.of(
        new Judged(
            from,
            (int) live.keySet().stream().filter(start -> start >= from).count(),
            uneven,
            Metrics.of(label.task(), all),
            Metrics.of(label.task(), sum(label, frozen, from)),
            Metrics.of(label.task(), sum(label, online(evaluations, ScoreKind.PREQUENTIAL), from)),
            Metrics.of(label.task(), sum(label, online(evaluations, ScoreKind.HOLDOUT), from)),
            all.getCount()));
  }

  private static boolean isEven(long start, Map<Long, Sums> live, Map<Long, Sums> frozen) {
    Sums other = frozen.get(start);
    Sums one = live.get(start);
    return other != null && one != null && other.getCount() == one.getCount();
  }

  /** The sums of the latest checkpoint at each moment, by the beginning of their window. */
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

  static Sums sum(LabelConfig label, Map<Long, Sums> windows, long fromMs) {
    Tally sum = new Tally(label);
    windows.forEach(
        (start, sums) -> {
          if (start >= fromMs) {
            sum.merge(sums);
          }
        });
    return sum.toProto();
  }
}

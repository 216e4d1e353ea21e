package io.millrace.demo;

import io.millrace.eval.metrics.Metrics;
import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.Sums;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The status of a run, shown in one line.
 *
 * @param auc of the online model, live, over the newest windows; NaN if there are none
 * @param champion its step; -1: none
 * @param lag records that are not yet in the newest checkpoint's lineage
 */
public record RunStatus(long samples, long step, double loss, double auc, long champion, long lag) {
  private static final int WINDOWS = 4;

  static RunStatus of(ObservedTopics observed, LabelConfig label, long produced) {
    String id = observed.inUse().champion();
    long champion =
        observed.announced().stream()
            .filter(checkpoint -> checkpoint.id().text().equals(id))
            .mapToLong(checkpoint -> checkpoint.checkpoint().getStep())
            .findFirst()
            .orElse(-1);
    return new RunStatus(
        produced,
        observed.progress().getStep(),
        observed.progress().getMetrics().getLoss(),
        recentAuc(observed, label),
        champion,
        produced - observed.lineageRecords());
  }

  private static double recentAuc(ObservedTopics observed, LabelConfig label) {
    TreeMap<Long, Sums> live =
        new TreeMap<>(FrozenComparison.online(observed.evaluations(), ScoreKind.LIVE));
    List<Long> newest = live.descendingKeySet().stream().limit(WINDOWS).toList();
    Map<String, Double> metrics =
        Metrics.of(label.task(), FrozenComparison.sum(label, live, newest));
    return metrics.getOrDefault("auc", Double.NaN);
  }

  @Override
  public String toString() {
    return "%,d samples  step %,d  loss %.3f  AUC %s  champion %s  lag %,d"
        .formatted(
            samples,
            step,
            loss,
            Double.isNaN(auc) ? "-" : "%.3f".formatted(auc),
            champion < 0 ? "none yet" : "step %,d".formatted(champion),
            lag);
  }
}

package io.millrace.eval.dashboard.live;

import io.millrace.eval.metrics.Metrics;
import io.millrace.eval.metrics.Tally;
import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.Sums;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The evaluations of one checkpoint, or of the online model, in one kind. Not thread-safe. */
public final class EvaluationSeries {
  /**
   * A series.
   *
   * @param checkpoint null for the online model
   */
  record SeriesId(@Nullable CheckpointId checkpoint, ScoreKind kind) {
    /** As in the API: empty for the online model. */
    String text() {
      return checkpoint == null ? "" : checkpoint.text();
    }
  }

  /** One window. Its sums are kept while it is among the recent ones. */
  record Point(
      long startMs,
      long endMs,
      long count,
      boolean last,
      long late,
      long atMs,
      long version,
      Map<String, Double> metrics,
      @Nullable Sums sums) {
    Point withoutSums() {
      return new Point(startMs, endMs, count, last, late, atMs, version, metrics, null);
    }
  }

  /** A figure merged from the newest windows. */
  public record Recent(
      int windows, long count, long fromMs, long toMs, long atMs, Map<String, Double> metrics) {}

  private final LabelConfig label;
  private final TreeMap<Long, Point> points = new TreeMap<>();
  private long step;
  private @Nullable Recent recent;

  public EvaluationSeries(LabelConfig label) {
    this.label = label;
  }

  /**
   * @throws RuntimeException if its sums do not fit the label
   */
  public void add(Evaluation evaluation, long version) {
    new Tally(label).merge(evaluation.getSums());
    points.put(
        evaluation.getWindowStartMs(),
        new Point(
            evaluation.getWindowStartMs(),
            evaluation.getWindowEndMs(),
            evaluation.getSums().getCount(),
            evaluation.getFinal(),
            evaluation.getLate(),
            evaluation.getAtMs(),
            version,
            Map.copyOf(evaluation.getMetricsMap()),
            evaluation.getSums()));
    step = evaluation.getCheckpointStep();
    recent = null;
    while (points.size() > Bounds.WINDOWS) {
      points.pollFirstEntry();
    }
    int fromNewest = 0;
    for (var entry : points.descendingMap().entrySet()) {
      fromNewest++;
      if (fromNewest > Bounds.RECENT_WINDOWS) {
        if (entry.getValue().sums() == null) {
          break;
        }
        entry.setValue(entry.getValue().withoutSums());
      }
    }
  }

  /** The checkpoint's step; for the online model, the step of the newest checkpoint that scored. */
  long step() {
    return step;
  }

  /** Windows that changed after this version, in order. */
  List<Point> since(long version) {
    List<Point> changed = new ArrayList<>();
    for (Point point : points.values()) {
      if (point.version() > version) {
        changed.add(point);
      }
    }
    return changed;
  }

  public Recent recent() {
    Recent known = recent;
    if (known == null) {
      known = merge();
      recent = known;
    }
    return known;
  }

  private Recent merge() {
    Tally tally = new Tally(label);
    int windows = 0;
    long fromMs = 0;
    long toMs = 0;
    long atMs = 0;
    for (Point point : points.values()) {
      if (point.sums() != null) {
        tally.merge(point.sums());
        fromMs = windows == 0 ? point.startMs() : fromMs;
        toMs = point.endMs();
        atMs = Math.max(atMs, point.atMs());
        windows++;
      }
    }
    return new Recent(
        windows, tally.count(), fromMs, toMs, atMs, Metrics.of(label.task(), tally.toProto()));
  }
}

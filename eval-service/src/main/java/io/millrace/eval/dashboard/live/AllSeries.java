package io.millrace.eval.dashboard.live;

import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Evaluation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All series: of the online model and of checkpoints. Bounded: of the series of checkpoints, the
 * least recently updated is dropped first. Not thread-safe.
 */
final class AllSeries {
  private static final Comparator<PageState.Score> ORDER =
      Comparator.comparing(PageState.Score::role)
          .thenComparing(PageState.Score::id)
          .thenComparing(PageState.Score::kind);

  private final LabelConfig label;
  private final Map<EvaluationSeries.SeriesId, EvaluationSeries> online = new LinkedHashMap<>();
  private final BoundedMap<EvaluationSeries.SeriesId, EvaluationSeries> checkpoints =
      new BoundedMap<>(Bounds.SERIES);

  AllSeries(LabelConfig label) {
    this.label = label;
  }

  void on(Evaluation evaluation, long version) {
    EvaluationSeries.SeriesId key =
        new EvaluationSeries.SeriesId(
            evaluation.getOnline() ? null : CheckpointId.of(evaluation.getCheckpointId()),
            evaluation.getKind());
    EvaluationSeries series;
    if (evaluation.getOnline()) {
      series = online.computeIfAbsent(key, any -> new EvaluationSeries(label));
    } else {
      EvaluationSeries known = checkpoints.get(key);
      series = known == null ? new EvaluationSeries(label) : known;
      checkpoints.renew(key, series);
    }
    series.add(evaluation, version);
  }

  /** Windows that changed after a version; series without such windows are absent. */
  List<SeriesColumns> since(long version, CheckpointRoles roles, List<String> metrics) {
    List<SeriesColumns> columns = new ArrayList<>();
    all()
        .forEach(
            (key, series) -> {
              List<EvaluationSeries.Point> points = series.since(version);
              if (!points.isEmpty()) {
                columns.add(
                    SeriesColumns.of(
                        key, roles.of(key.checkpoint()), series.step(), points, metrics));
              }
            });
    return columns;
  }

  /** The recent figures of the series whose checkpoint has a role. */
  List<PageState.Score> scores(CheckpointRoles roles) {
    List<PageState.Score> scores = new ArrayList<>();
    all()
        .forEach(
            (key, series) -> {
              String role = roles.of(key.checkpoint());
              if (!role.isEmpty()) {
                scores.add(score(key, role, series));
              }
            });
    scores.sort(ORDER);
    return scores;
  }

  private static PageState.Score score(
      EvaluationSeries.SeriesId key, String role, EvaluationSeries series) {
    EvaluationSeries.Recent recent = series.recent();
    return new PageState.Score(
        key.text(),
        role,
        ApiNames.lower(key.kind()),
        series.step(),
        recent.windows(),
        recent.count(),
        recent.fromMs(),
        recent.toMs(),
        recent.atMs(),
        recent.metrics());
  }

  private Map<EvaluationSeries.SeriesId, EvaluationSeries> all() {
    Map<EvaluationSeries.SeriesId, EvaluationSeries> all = new LinkedHashMap<>(online);
    all.putAll(checkpoints);
    return all;
  }
}

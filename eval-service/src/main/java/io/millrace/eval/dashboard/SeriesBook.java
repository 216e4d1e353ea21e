package io.millrace.eval.dashboard;

import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.proto.Evaluation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All series, the online model's and checkpoints'. Bounded: of checkpoints' series the least
 * recently updated goes first. Not thread-safe.
 */
final class SeriesBook {
  private static final Comparator<State.Score> ORDER =
      Comparator.comparing(State.Score::role)
          .thenComparing(State.Score::id)
          .thenComparing(State.Score::kind);

  private final LabelConfig label;
  private final Map<Series.Key, Series> online = new LinkedHashMap<>();
  private final Newest<Series.Key, Series> checkpoints = new Newest<>(Bounds.SERIES);

  SeriesBook(LabelConfig label) {
    this.label = label;
  }

  void on(Evaluation evaluation, long version) {
    Series.Key key =
        new Series.Key(
            evaluation.getOnline() ? "" : evaluation.getCheckpointId(), evaluation.getKind());
    Series series;
    if (evaluation.getOnline()) {
      series = online.computeIfAbsent(key, any -> new Series(label));
    } else {
      Series known = checkpoints.get(key);
      series = known == null ? new Series(label) : known;
      checkpoints.renew(key, series);
    }
    series.add(evaluation, version);
  }

  /** Windows that changed after a version; series without any are left out. */
  List<Columns> since(long version, Roles roles, List<String> metrics) {
    List<Columns> columns = new ArrayList<>();
    all()
        .forEach(
            (key, series) -> {
              List<Series.Point> points = series.since(version);
              if (!points.isEmpty()) {
                columns.add(
                    Columns.of(key, roles.of(key.checkpointId()), series.step(), points, metrics));
              }
            });
    return columns;
  }

  /** The recent figures of the series that are in use. */
  List<State.Score> scores(Roles roles) {
    List<State.Score> scores = new ArrayList<>();
    all()
        .forEach(
            (key, series) -> {
              String role = roles.of(key.checkpointId());
              if (!role.isEmpty()) {
                scores.add(score(key, role, series));
              }
            });
    scores.sort(ORDER);
    return scores;
  }

  private static State.Score score(Series.Key key, String role, Series series) {
    Series.Recent recent = series.recent();
    return new State.Score(
        key.checkpointId(),
        role,
        Texts.lower(key.kind()),
        series.step(),
        recent.windows(),
        recent.count(),
        recent.fromMs(),
        recent.toMs(),
        recent.atMs(),
        recent.metrics());
  }

  private Map<Series.Key, Series> all() {
    Map<Series.Key, Series> all = new LinkedHashMap<>(online);
    all.putAll(checkpoints);
    return all;
  }
}

package io.millrace.eval.dashboard.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The windows of one series in columns: every list has one entry per window, in the order of {@code
 * startMs}.
 *
 * @param id of the checkpoint; empty for the online model
 * @param metrics by name; null if a window does not have the metric
 */
public record SeriesColumns(
    String id,
    String kind,
    String role,
    long step,
    List<Long> startMs,
    List<Long> endMs,
    List<Long> count,
    List<Boolean> isFinal,
    List<Long> late,
    Map<String, List<@Nullable Double>> metrics) {

  /**
   * @param asked the requested metrics; empty for all
   */
  static SeriesColumns of(
      EvaluationSeries.SeriesId key,
      String role,
      long step,
      List<EvaluationSeries.Point> points,
      List<String> asked) {
    List<String> names = asked.isEmpty() ? names(points) : asked;
    SeriesColumns columns =
        new SeriesColumns(
            key.text(),
            ApiNames.lower(key.kind()),
            role,
            step,
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new TreeMap<>());
    names.forEach(name -> columns.metrics.put(name, new ArrayList<>()));
    points.forEach(point -> columns.add(point, names));
    return columns;
  }

  private static List<String> names(List<EvaluationSeries.Point> points) {
    return points.stream()
        .flatMap(point -> point.metrics().keySet().stream())
        .distinct()
        .sorted()
        .toList();
  }

  private void add(EvaluationSeries.Point point, List<String> names) {
    startMs.add(point.startMs());
    endMs.add(point.endMs());
    count.add(point.count());
    isFinal.add(point.last());
    late.add(point.late());
    for (String name : names) {
      metrics.computeIfAbsent(name, any -> new ArrayList<>()).add(point.metrics().get(name));
    }
  }
}

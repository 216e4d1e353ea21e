package io.millrace.eval.dashboard.live;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import java.util.Map;
import java.util.TreeMap;

/** The figures of drift, from this process's meters. */
record DriftStatus(MeterRegistry meters) {
  private static final String PREFIX = "millrace.drift.";
  private static final int LIMIT = 200;

  /** Figures by the meter's name without its prefix, followed by its tags in braces, if any. */
  Map<String, Double> figures() {
    Map<String, Double> figures = new TreeMap<>();
    for (Meter meter : meters.getMeters()) {
      if (meter.getId().getName().startsWith(PREFIX) && figures.size() < LIMIT) {
        for (var measurement : meter.measure()) {
          boolean isFigure =
              measurement.getStatistic() == Statistic.VALUE
                  || measurement.getStatistic() == Statistic.COUNT;
          if (isFigure && Double.isFinite(measurement.getValue())) {
            figures.put(name(meter), measurement.getValue());
          }
        }
      }
    }
    return figures;
  }

  private static String name(Meter meter) {
    var tags = meter.getId().getTags();
    String name = meter.getId().getName().substring(PREFIX.length());
    return tags.isEmpty()
        ? name
        : name
            + tags.stream()
                .map(tag -> tag.getKey() + "=" + tag.getValue())
                .collect(java.util.stream.Collectors.joining(",", "{", "}"));
  }
}

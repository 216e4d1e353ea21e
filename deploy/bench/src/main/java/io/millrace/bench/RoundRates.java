package io.millrace.bench;

import java.util.List;

/** A rate over several rounds, per second. */
public record RoundRates(double median, double lowest, double highest) {
  static RoundRates of(List<Double> rounds) {
    List<Double> sorted = rounds.stream().sorted().toList();
    return new RoundRates(
        sorted.get(sorted.size() / 2), sorted.get(0), sorted.get(sorted.size() - 1));
  }

  @Override
  public String toString() {
    return "%,.0f (%,.0f to %,.0f)".formatted(median, lowest, highest);
  }
}

package io.millrace.eval.metrics;

import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** Means over classes. */
final class Averages {
  private Averages() {}

  /** The mean over the classes that have a value; NaN if no class has one. */
  static double ofFinite(int classes, IntToDoubleFunction ofClass) {
    return IntStream.range(0, classes)
        .mapToDouble(ofClass)
        .filter(Double::isFinite)
        .average()
        .orElse(Double.NaN);
  }
}

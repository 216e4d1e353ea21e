package io.millrace.eval.drift;

import io.millrace.schemas.proto.Histogram;
import io.millrace.schemas.proto.Sums;
import java.util.SortedMap;
import java.util.TreeMap;

/** Operations on histogram messages. */
public final class Histograms {
  private Histograms() {}

  /** The histogram of the samples of both. */
  public static Histogram sum(Histogram one, Histogram other) {
    SortedMap<Integer, Double> weights = weights(one);
    weights(other).forEach((bin, weight) -> weights.merge(bin, weight, Double::sum));
    return of(weights);
  }

  /**
   * The distribution of predictions, regardless of the labels: log-odds of a binary label, the
   * predicted class, or the predicted value. Empty without samples.
   */
  public static Histogram ofScores(Sums sums) {
    if (sums.getPredictions().getBinsCount() > 0) {
      return sums.getPredictions();
    }
    return sum(sums.getPositives(), sums.getNegatives());
  }

  static SortedMap<Integer, Double> weights(Histogram histogram) {
    SortedMap<Integer, Double> weights = new TreeMap<>();
    for (int i = 0; i < histogram.getBinsCount(); i++) {
      weights.merge(histogram.getBins(i), histogram.getWeights(i), Double::sum);
    }
    return weights;
  }

  private static Histogram of(SortedMap<Integer, Double> weights) {
    Histogram.Builder histogram = Histogram.newBuilder();
    weights.forEach((bin, weight) -> histogram.addBins(bin).addWeights(weight));
    return histogram.build();
  }
}

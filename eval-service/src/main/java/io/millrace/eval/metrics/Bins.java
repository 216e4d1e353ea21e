package io.millrace.eval.metrics;

import io.millrace.schemas.proto.Histogram;
import java.util.Arrays;

/** Weights per bin, dense in memory and sparse in messages. Confined to one thread. */
public final class Bins {
  private final int lowest;
  private final double[] weights;
  private int from;
  private int to;

  /** Of bins from {@code lowest} to {@code highest}, both included. */
  public Bins(int lowest, int highest) {
    this.lowest = lowest;
    this.weights = new double[highest - lowest + 1];
    this.from = weights.length;
  }

  /**
   * Adds to a bin.
   *
   * @throws ArrayIndexOutOfBoundsException if there is no such bin
   */
  public void add(int bin, double weight) {
    int at = bin - lowest;
    weights[at] += weight;
    from = Math.min(from, at);
    to = Math.max(to, at + 1);
  }

  public void merge(Histogram histogram) {
    for (int i = 0; i < histogram.getBinsCount(); i++) {
      add(histogram.getBins(i), histogram.getWeights(i));
    }
  }

  public Histogram toProto() {
    Histogram.Builder histogram = Histogram.newBuilder();
    for (int i = from; i < to; i++) {
      if (weights[i] != 0) {
        histogram.addBins(lowest + i).addWeights(weights[i]);
      }
    }
    return histogram.build();
  }

  public void clear() {
    if (from < to) {
      Arrays.fill(weights, from, to, 0);
    }
    from = weights.length;
    to = 0;
  }
}

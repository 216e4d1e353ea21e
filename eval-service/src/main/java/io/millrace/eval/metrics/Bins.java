package io.millrace.eval.metrics;

import io.millrace.schemas.proto.Histogram;
import java.util.Arrays;

/**
 * Weights per bin: dense in memory over the bins in use, sparse in messages. Grows by blocks when
 * bins come into use, so that a sample seldom allocates and hundreds of histograms stay small.
 * Confined to one thread.
 */
public final class Bins {
  private static final int BLOCK = 128;

  private final int lowest;
  private final int highest;
  private double[] weights = {};

  /** The bin of {@code weights[0]}. */
  private int first;

  /** Empty, with bins from {@code lowest} to {@code highest}, inclusive. */
  public Bins(int lowest, int highest) {
    this.lowest = lowest;
    this.highest = highest;
  }

  /**
   * Adds weight to a bin.
   *
   * @throws IllegalArgumentException if there is no such bin
   */
  public void add(int bin, double weight) {
    int at = bin - first;
    if (at < 0 || at >= weights.length) {
      grow(bin);
      at = bin - first;
    }
    weights[at] += weight;
  }

  private void grow(int bin) {
    if (bin < lowest || bin > highest) {
      throw new IllegalArgumentException(
          "bin %d does not exist, expected %d to %d; was the histogram written by another version?"
              .formatted(bin, lowest, highest));
    }
    int start = Math.floorDiv(bin, BLOCK) * BLOCK;
    int end = start + BLOCK;
    if (weights.length > 0) {
      start = Math.min(start, first);
      end = Math.max(end, first + weights.length);
    }
    double[] grown = new double[end - start];
    int shift = first - start;
    System.arraycopy(weights, 0, grown, weights.length == 0 ? 0 : shift, weights.length);
    weights = grown;
    first = start;
  }

  public void merge(Histogram histogram) {
    for (int i = 0; i < histogram.getBinsCount(); i++) {
      add(histogram.getBins(i), histogram.getWeights(i));
    }
  }

  public Histogram toProto() {
    Histogram.Builder histogram = Histogram.newBuilder();
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] != 0) {
        histogram.addBins(first + i).addWeights(weights[i]);
      }
    }
    return histogram.build();
  }

  /** Empties all bins and keeps their memory. */
  public void clear() {
    Arrays.fill(weights, 0);
  }
}

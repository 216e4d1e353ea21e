package io.millrace.eval.drift;

import io.millrace.schemas.proto.AdwinState;

/**
 * Batches of an adaptive window, summed up.
 *
 * @param row holds 2^row batches
 * @param count samples
 * @param within sum of squared distances of the samples from the mean
 * @param between the same of the batches' means, each times its samples
 */
record Bucket(int row, long count, double mean, double within, double between) {
  static final Bucket NONE = new Bucket(0, 0, 0, 0, 0);

  /** Both together, one row higher. */
  Bucket merge(Bucket other) {
    return plus(other, row + 1);
  }

  Bucket plus(Bucket other) {
    return plus(other, row);
  }

  private Bucket plus(Bucket other, int newRow) {
    long n = count + other.count;
    double apart = other.mean - mean;
    double shared = n == 0 ? 0 : (double) other.count / n;
    double spread = apart * apart * count * shared;
    return new Bucket(
        newRow,
        n,
        mean + apart * shared,
        within + other.within + spread,
        between + other.between + spread);
  }

  AdwinState.Bucket toProto() {
    return AdwinState.Bucket.newBuilder()
        .setRow(row)
        .setCount(count)
        .setMean(mean)
        .setWithin(within)
        .setBetween(between)
        .build();
  }

  static Bucket of(AdwinState.Bucket state) {
    return new Bucket(
        state.getRow(), state.getCount(), state.getMean(), state.getWithin(), state.getBetween());
  }
}

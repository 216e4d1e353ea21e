package io.millrace.eval.drift;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.proto.AdwinState;
import io.millrace.schemas.proto.Sums;
import java.util.ArrayList;
import java.util.List;

/**
 * An adaptive window: the longest recent part of a stream whose mean has not changed. Reports a
 * change when it drops older batches. Batches, of any size, are added in one order; a batch counts
 * as one point in time. Confined to one thread.
 */
public final class Adwin {
  /*
   * A. Bifet and R. Gavalda, Learning from Time-Changing Data with Adaptive Windowing, SIAM Data Mining 2007 (ADWIN2). The window is
   * an exponential histogram: at most PER_ROW buckets of 2^row batches each, the two oldest of a full row merge into one of the next.
   * After each batch every split between buckets is tried, and while the means of the older and the newer part differ by more than
   *
   *   sqrt(2 / m * variance * L) + 2 / (3 m) * range * L,   1/m = 1/n0 + 1/n1,   L = ln(2 ln(n) / delta)
   *
   * the oldest bucket is dropped. O(PER_ROW log(batches)) memory and time per batch.
   *
   * Two things differ from the paper, where values are independent and lie between 0 and 1. Losses have no range: six standard
   * deviations stand for it. And losses of a stream are autocorrelated: the variance is the greater of the samples' and of what the
   * batches' means show, times their samples, so that bursts no longer than a batch do not count as change. So delta is no proven
   * rate of false alarms; the tests print those seen.
   */
  private static final int PER_ROW = 5;

  /**
   * The least batches before changes are looked for: with fewer, the variance of their means is
   * unknown.
   */
  private static final int FIRST_BATCHES = 10;

  private static final double RANGE = 6;

  private final double delta;
  private final List<Bucket> buckets = new ArrayList<>();
  private long changes;

  /** With confidence parameter {@code evaluation.drift.delta}. */
  public Adwin(double delta) {
    this.delta = delta;
  }

  /** Adds a batch of losses, unless it has no weight. Returns whether the mean has changed. */
  public boolean add(Sums sums) {
    if (sums.getWeight() <= 0) {
      return false;
    }
    double mean = sums.getLoss() / sums.getWeight();
    double variance = sums.getLossSquared() / sums.getWeight() - mean * mean;
    return add(sums.getCount() - sums.getNotFinite(), mean, Math.max(variance, 0));
  }

  /**
   * Adds a batch.
   *
   * @param count samples, at least 1
   * @param variance of the samples around their mean; 0 for a single one
   * @return whether the mean has changed: the window no longer holds the batches before the change
   */
  public boolean add(long count, double mean, double variance) {
    buckets.add(new Bucket(0, count, mean, count * variance, 0));
    compress();
    boolean changed = false;
    while (hasChange()) {
      buckets.remove(0);
      changed = true;
    }
    changes += changed ? 1 : 0;
    return changed;
  }

  /* Rows descend from the oldest bucket to the newest. */
  private void compress() {
    int end = buckets.size();
    for (int row = 0; end > 0; row++) {
      int start = end;
      while (start > 0 && buckets.get(start - 1).row() == row) {
        start--;
      }
      if (end - start <= PER_ROW) {
        return;
      }
      buckets.set(start, buckets.get(start).merge(buckets.remove(start + 1)));
      end = start + 1;
    }
  }

  private boolean hasChange() {
    Bucket all = total();
    long batches = batches();
    if (batches < FIRST_BATCHES) {
      return false;
    }
    double ofSamples = all.within() / all.count();
    double variance = Math.max(ofSamples, all.between() / (batches - 1));
    double range = RANGE * Math.sqrt(ofSamples);
    double log = Math.log(2 * Math.max(Math.log(all.count()), 1) / delta);
    Bucket older = Bucket.NONE;
    for (int i = 0; i < buckets.size() - 1; i++) {
      older = older.plus(buckets.get(i));
      long n0 = older.count();
      long n1 = all.count() - n0;
      double newer = (all.mean() * all.count() - older.mean() * n0) / n1;
      double inverse = 1.0 / n0 + 1.0 / n1;
      double cut = Math.sqrt(2 * inverse * variance * log) + 2.0 / 3 * inverse * range * log;
      if (Math.abs(older.mean() - newer) > cut) {
        return true;
      }
    }
    return false;
  }

  private Bucket total() {
    Bucket all = Bucket.NONE;
    for (Bucket bucket : buckets) {
      all = all.plus(bucket);
    }
    return all;
  }

  private long batches() {
    long batches = 0;
    for (Bucket bucket : buckets) {
      batches += 1L << bucket.row();
    }
    return batches;
  }

  /** The mean of the window; 0 while it is empty. */
  public double mean() {
    return total().mean();
  }

  /** The number of samples in the window. */
  public long count() {
    return total().count();
  }

  /** The number of changes so far. */
  public long changes() {
    return changes;
  }

  /** For {@link #parse}. */
  public byte[] toBytes() {
    AdwinState.Builder state = AdwinState.newBuilder().setChanges(changes);
    buckets.forEach(bucket -> state.addBuckets(bucket.toProto()));
    return state.build().toByteArray();
  }

  /**
   * The window that returned these bytes, restored bit for bit.
   *
   * @throws IllegalArgumentException if the bytes are not such a state
   */
  public static Adwin parse(double delta, byte[] bytes) {
    try {
      AdwinState state = AdwinState.parseFrom(bytes);
      Adwin adwin = new Adwin(delta);
      state.getBucketsList().forEach(bucket -> adwin.buckets.add(Bucket.of(bucket)));
      adwin.changes = state.getChanges();
      return adwin;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          "%d bytes are not the state of an ADWIN window (%s)"
              .formatted(bytes.length, e.getMessage()),
          e);
    }
  }

  /**
   * The sum of some batches of an adaptive window.
   *
   * @param row the bucket holds 2^row batches
   * @param count samples
   * @param within sum of squared distances of the samples from the mean
   * @param between the same for the means of the batches, each weighted by its samples
   */
  record Bucket(int row, long count, double mean, double within, double between) {
    static final Bucket NONE = new Bucket(0, 0, 0, 0, 0);

    /** The sum of both, one row higher. */
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
}

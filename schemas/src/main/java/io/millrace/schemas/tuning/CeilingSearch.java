package io.millrace.schemas.tuning;

/**
 * Finds by trying how many samples fit into memory at once. The result is at most 10 % below the
 * true limit, and never above it.
 */
public final class CeilingSearch {
  /*
   * Doubling from 1 up to the first size that does not fit, then bisection between it and the last size that fitted, until they
   * differ by a fiftieth: 2 log2(ceiling) trials at most. A twentieth is then subtracted, since a size that fits once may not
   * fit next to other allocations, or in fragmented memory.
   */
  private static final int PRECISION = 50;
  private static final int MARGIN = 20;

  private CeilingSearch() {}

  /** The result of trying a size. */
  public enum TrialOutcome {
    FITS,
    FITS_BUT_SLOW,
    TOO_LARGE
  }

  /** Tries a size, and leaves nothing allocated. */
  @FunctionalInterface
  public interface SizeTrial {
    TrialOutcome of(int samples);
  }

  /**
   * Searches. All sizes below the first that does not fit are assumed to fit.
   *
   * @param most the largest size of interest, >= 1
   */
  public static BatchCeiling find(int most, SizeTrial trial) {
    int fits = 0;
    int next = 1;
    while (true) {
      TrialOutcome outcome = trial.of(next);
      if (outcome == TrialOutcome.TOO_LARGE) {
        return new BatchCeiling(withMargin(bisect(fits, next, trial)), BatchCeiling.Bound.MEMORY);
      }
      fits = next;
      if (outcome == TrialOutcome.FITS_BUT_SLOW) {
        return new BatchCeiling(fits, BatchCeiling.Bound.TIME);
      }
      if (next == most) {
        return new BatchCeiling(fits, BatchCeiling.Bound.RANGE);
      }
      next = next > most / 2 ? most : 2 * next;
    }
  }

  private static int bisect(int largestThatFits, int smallestThatDoesNot, SizeTrial trial) {
    int fits = largestThatFits;
    int tooLarge = smallestThatDoesNot;
    while (tooLarge - fits > Math.max(1, fits / PRECISION)) {
      int middle = fits + (tooLarge - fits) / 2;
      if (trial.of(middle) == TrialOutcome.TOO_LARGE) {
        tooLarge = middle;
      } else {
        fits = middle;
      }
    }
    return fits;
  }

  private static int withMargin(int samples) {
    return samples - samples / MARGIN;
  }

  /**
   * The highest number of samples that a device should process at once.
   *
   * @param samples 0: not even one fits
   * @param bound what limited the search
   */
  public record BatchCeiling(int samples, Bound bound) {

    /** What limited a search. */
    public enum Bound {
      /** Larger sizes do not fit; {@code samples} keeps a margin to the largest that did. */
      MEMORY,
      /** A single larger batch would take too long. */
      TIME,
      /** All sizes of interest fit. */
      RANGE
    }
  }
}

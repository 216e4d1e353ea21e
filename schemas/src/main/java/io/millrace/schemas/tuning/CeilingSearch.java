package io.millrace.schemas.tuning;

/**
 * Finds how many samples fit into memory at once, by trying. The result lies at most 10 % below
 * what fits, and never above.
 */
public final class CeilingSearch {
  /*
   * Doubling from 1 up to the first size that does not fit, then bisection between it and the last
   * that did, until they are a fiftieth apart: 2 log2(ceiling) trials at most. A twentieth is then
   * left free, since what fits once need not fit beside others' memory, or in pieces.
   */
  private static final int PRECISION = 50;
  private static final int MARGIN = 20;

  private CeilingSearch() {}

  /** What came of trying a size. */
  public enum TrialOutcome {
    FITS,
    FITS_BUT_SLOW,
    TOO_LARGE
  }

  /** Tries a size for real, and leaves nothing allocated. */
  @FunctionalInterface
  public interface SizeTrial {
    TrialOutcome of(int samples);
  }

  /**
   * Searches. Sizes that fit are taken to be all below the first that does not.
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
   * The most samples that a device should take at once.
   *
   * @param samples 0: not one fits
   * @param bound what kept the search from more
   */
  public record BatchCeiling(int samples, Bound bound) {

    /** What a search ended at. */
    public enum Bound {
      /** More does not fit; {@code samples} keeps a margin to what did. */
      MEMORY,
      /** A single batch takes too long to be of use. */
      TIME,
      /** All that was asked about fits. */
      RANGE
    }
  }
}

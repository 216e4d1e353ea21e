package io.millrace.schemas.tuning;

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

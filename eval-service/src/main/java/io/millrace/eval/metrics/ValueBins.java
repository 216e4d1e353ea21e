package io.millrace.eval.metrics;

/**
 * Fixed bins, the same in all instances, so that their histograms can be added.
 *
 * <p>Numbers: four bins per octave, from 2^-10 to 2^20, of either sign; values nearer to 0 are in
 * bin 0, larger ones in the outermost bins. Bins are finest around 0: to see drift in a feature
 * that varies by less than a fifth of its value (a year), scale it. Categories: one bin each, by
 * index modulo 1024.
 */
public final class ValueBins {
  private static final int PER_OCTAVE = 4;
  private static final int OCTAVES = 30;
  private static final int HIGHEST = PER_OCTAVE * OCTAVES;
  private static final int CATEGORIES = 1024;

  /** Bins from here on are categories, without an order. */
  public static final int FIRST_CATEGORY = 1 << 16;

  /*
   * A float's bits after the sign are its exponent, then its mantissa, whose first two bits divide the octave into four.
   */
  private static final int MANTISSA_BITS = 21;
  private static final int BELOW_LEAST = (127 - 10) * PER_OCTAVE - 1;

  private ValueBins() {}

  public static int number(float value) {
    int magnitude = (Float.floatToRawIntBits(value) & Integer.MAX_VALUE) >>> MANTISSA_BITS;
    int bin = Math.min(Math.max(magnitude - BELOW_LEAST, 0), HIGHEST);
    return value < 0 ? -bin : bin;
  }

  public static int category(long index) {
    return FIRST_CATEGORY + (int) (index & (CATEGORIES - 1));
  }

  public static Bins numbers() {
    return new Bins(-HIGHEST, HIGHEST);
  }

  public static Bins categories() {
    return new Bins(FIRST_CATEGORY, FIRST_CATEGORY + CATEGORIES - 1);
  }
}

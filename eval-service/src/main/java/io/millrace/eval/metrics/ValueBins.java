package io.millrace.eval.metrics;

/**
 * Bins that instances agree on without having seen the data, so that their histograms can be added.
 *
 * <p>Numbers: four to the octave, from 2^-10 to 2^20, of either sign; nearer to 0 is bin 0, farther
 * out the outermost. They are finest around 0: a feature that varies by less than a fifth of its
 * value (a year) must be scaled to show. Categories: one bin each, by index modulo 1024.
 */
public final class ValueBins {
  private static final int PER_OCTAVE = 4;
  private static final int OCTAVES = 30;
  private static final int HIGHEST = PER_OCTAVE * OCTAVES;
  private static final int CATEGORIES = 1024;

  /** Bins from here on have no order. */
  public static final int FIRST_CATEGORY = 1 << 16;

  /* A float's bits without its sign are its exponent, then its mantissa: its two first bits quarter the octave. */
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

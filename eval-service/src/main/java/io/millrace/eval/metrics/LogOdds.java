package io.millrace.eval.metrics;

/** Bins of log-odds: 64 per unit, from -16 to 16; values beyond are in the outermost bins. */
final class LogOdds {
  static final int PER_UNIT = 64;
  static final int LOWEST = -16 * PER_UNIT;
  static final int HIGHEST = 16 * PER_UNIT - 1;

  private LogOdds() {}

  static int bin(double logOdds) {
    double bin = Math.floor(logOdds * PER_UNIT);
    return (int) Math.min(Math.max(bin, LOWEST), HIGHEST);
  }

  static Bins bins() {
    return new Bins(LOWEST, HIGHEST);
  }
}

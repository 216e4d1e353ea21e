package io.millrace.eval.dashboard.live;

/** Limits of what is kept in memory and returned by the API; docs/api.md lists them. */
public final class Bounds {
  /**
   * Series of checkpoints (one per checkpoint and kind); the least recently updated is dropped
   * first.
   */
  static final int SERIES = 48;

  /** The newest windows of one series. */
  static final int WINDOWS = 600;

  /** The newest windows of a series, from which its "recent" figure is merged. */
  static final int RECENT_WINDOWS = 24;

  static final int CHECKPOINTS = 500;
  static final int PROMOTIONS = 500;
  static final int DEAD_LETTERS = 50;

  /** Keys of dead letters in memory, to recognize those that are sent back. */
  static final int DEAD_LETTER_KEYS = 100_000;

  /** Seconds of the stages' history. */
  static final int STAGE_SECONDS = 600;

  /** Texts from topics are cut to this many characters. */
  static final int TEXT = 400;

  /** Pages that can be open at once. */
  public static final int LISTENERS = 16;

  /** Records read again at a start, per topic of evaluations and of score sums. */
  public static final long EVALUATIONS_READ_AGAIN = 100_000;

  public static final long SCORE_SUMS_READ_AGAIN = 20_000;

  private Bounds() {}

  static String cut(String text) {
    return text.length() <= TEXT ? text : text.substring(0, TEXT) + "…";
  }
}

package io.millrace.tune;

/** Whether it is time to stop: because somebody asked for it, or the budget is used up. */
final class StopSignal {
  private final long deadlineNanos;
  private volatile boolean asked;

  /**
   * @param deadlineNanos as {@link System#nanoTime} gives it
   */
  StopSignal(long deadlineNanos) {
    this.deadlineNanos = deadlineNanos;
  }

  /** May be called on any thread. */
  void ask() {
    asked = true;
  }

  boolean isAsked() {
    return asked;
  }

  boolean isDue() {
    return asked || System.nanoTime() - deadlineNanos >= 0;
  }

  /** Thrown to leave what cannot be left otherwise. */
  static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  void check() {
    if (isDue()) {
      throw new StoppedException();
    }
  }
}

package io.millrace.tune;

/** Whether to stop: because a caller asked for it, or because the budget is used up. */
final class StopSignal {
  private final long deadlineNanos;
  private volatile boolean asked;

  /**
   * @param deadlineNanos a value of {@link System#nanoTime}
   */
  StopSignal(long deadlineNanos) {
    this.deadlineNanos = deadlineNanos;
  }

  /** Asks to stop. May be called on any thread. */
  void ask() {
    asked = true;
  }

  boolean isAsked() {
    return asked;
  }

  boolean isDue() {
    return asked || System.nanoTime() - deadlineNanos >= 0;
  }

  /** Thrown to leave a computation that has no other way to end early. */
  static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  void check() {
    if (isDue()) {
      throw new StoppedException();
    }
  }
}

package io.millrace.trainer.checkpoint;

/**
 * Another trainer of the same pipeline has taken over, or the broker ended this one's transaction;
 * this one must stop and stand by.
 */
public final class FencedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FencedException(Throwable cause) {
    super(
        "another trainer of this pipeline has taken over, or the broker ended this one's transaction; this one waits as a standby",
        cause);
  }
}

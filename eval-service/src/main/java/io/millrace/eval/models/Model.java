package io.millrace.eval.models;

import io.millrace.schemas.features.rows.Rows;
import java.nio.FloatBuffer;

/**
 * A loaded model that scores rows. Confined to the scoring thread; the object that opened it closes
 * it.
 */
public interface Model extends AutoCloseable {
  /** Values per sample in the first output, >= 1. */
  int width();

  /**
   * Scores rows {@code from} to {@code from + count}.
   *
   * @param outputs float32 [capacity, width] in native order, direct; written at the positions of
   *     the rows
   * @throws OutOfMemoryException if the device's memory does not suffice for so many rows; nothing
   *     is changed
   * @throws UnusableException if the model fails
   */
  void score(Rows rows, int from, int count, FloatBuffer outputs);

  @Override
  void close();

  /** Thrown when a device's memory does not suffice for so many rows at once. */
  final class OutOfMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutOfMemoryException(String message) {
      super(message);
    }
  }

  /** Thrown when a checkpoint cannot be scored with; the message gives the reason. */
  final class UnusableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnusableException(String message) {
      super(message);
    }
  }
}

package io.millrace.eval.models;

import io.millrace.schemas.features.rows.Rows;
import java.nio.FloatBuffer;

/** A checkpoint that scores. Confined to the scoring thread; whoever opened it closes it. */
public interface Model extends AutoCloseable {
  /** Values per sample in the first output, >= 1. */
  int width();

  /**
   * Scores rows {@code from} to {@code from + count}.
   *
   * @param outputs float32 [capacity, width] in native order, direct; the rows' places are written
   * @throws OutOfMemoryException if the device has not room for so many rows; nothing is changed
   * @throws UnusableException if the model fails
   */
  void score(Rows rows, int from, int count, FloatBuffer outputs);

  @Override
  void close();

  /** Thrown when a device has not room for so many rows at once. */
  final class OutOfMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutOfMemoryException(String message) {
      super(message);
    }
  }

  /** Thrown when a checkpoint cannot be scored with; the message says why. */
  final class UnusableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnusableException(String message) {
      super(message);
    }
  }
}

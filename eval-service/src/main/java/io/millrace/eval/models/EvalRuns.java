package io.millrace.eval.models;

import io.millrace.schemas.features.rows.Rows;
import java.nio.FloatBuffer;

/**
 * Scores any number of rows in runs as large as memory allows. When memory runs out, the run is
 * halved, and no later run is larger. Confined to the scoring thread, except {@link #ceiling},
 * which any thread may call.
 */
public final class EvalRuns {
  private final boolean padded;
  private volatile int ceiling;

  /**
   * @param padded whether every run has the same number of rows: on a GPU, memory grows when shapes
   *     vary
   */
  public EvalRuns(int evalBatchSize, boolean padded) {
    this.ceiling = evalBatchSize;
    this.padded = padded;
  }

  /** The most rows of a run. */
  public int ceiling() {
    return ceiling;
  }

  /**
   * Scores the first {@code count} rows.
   *
   * @throws Model.OutOfMemoryException if memory does not suffice for a single row
   */
  public void score(Model model, Rows rows, int count, FloatBuffer outputs) {
    int done = 0;
    while (done < count) {
      int size = Math.min(ceiling, padded ? rows.capacity() : count - done);
      // the last padded run ends with the rows, so it scores some of them again
      int from = Math.min(done, rows.capacity() - size);
      try {
        model.score(rows, from, size, outputs);
        done = from + size;
      } catch (Model.OutOfMemoryException e) {
        if (size == 1) {
          throw e;
        }
        ceiling = (size + 1) / 2;
      }
    }
  }
}

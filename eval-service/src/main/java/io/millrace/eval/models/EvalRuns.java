package io.millrace.eval.models;

import io.millrace.schemas.features.rows.Rows;
import java.nio.FloatBuffer;

/**
 * Scores any number of rows in runs as large as memory allows. Where memory runs out, a run is
 * halved, and from then on none is larger. Confined to the scoring thread; {@link #ceiling} may be
 * read by any.
 */
public final class EvalRuns {
  private final boolean padded;
  private volatile int ceiling;

  /**
   * @param padded whether every run has the same number of rows, as a GPU's memory wants it
   */
  public EvalRuns(int evalBatchSize, boolean padded) {
    this.ceiling = evalBatchSize;
    this.padded = padded;
  }

  /** Rows of the largest run that is tried. */
  public int ceiling() {
    return ceiling;
  }

  /**
   * Scores the first {@code count} rows.
   *
   * @throws Model.OutOfMemoryException if there is not room for a single row
   */
  public void score(Model model, Rows rows, int count, FloatBuffer outputs) {
    int done = 0;
    while (done < count) {
      int size = Math.min(ceiling, padded ? rows.capacity() : count - done);
      // the last padded run begins early, so that it ends with the rows: it scores some of them
      // again
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

package io.millrace.trainer.training;

import io.millrace.schemas.features.rows.TrainBatchView;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Samples that go through the model together: all, or some, of one batch.
 *
 * @param batch place of the batch in the step
 * @param rows ascending, at least one
 */
record Pass(int batch, TrainBatchView view, int[] rows) {
  /** A batch by itself. */
  static Pass all(TrainBatchView view) {
    return new Pass(0, view, IntStream.range(0, view.size()).toArray());
  }

  int size() {
    return rows.length;
  }

  boolean isContiguous() {
    return rows[rows.length - 1] - rows[0] == rows.length - 1;
  }

  Pass part(int from, int to) {
    return new Pass(batch, view, Arrays.copyOfRange(rows, from, to));
  }
}

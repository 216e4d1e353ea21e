package io.millrace.demo;

/**
 * The first evaluation of a checkpoint to become visible.
 *
 * @param seenMs when a {@code read_committed} reader saw it, epoch ms
 */
record FirstEvaluation(ObservedCheckpoint checkpoint, long seenMs) {
  long ms() {
    return Math.max(0, seenMs - checkpoint.atMs());
  }
}

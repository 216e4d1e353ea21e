package io.millrace.demo;

/**
 * The first visible evaluation of a checkpoint.
 *
 * @param seenMs when a {@code read_committed} reader received it, epoch ms
 */
record FirstEvaluation(ObservedCheckpoint checkpoint, long seenMs) {
  long ms() {
    return Math.max(0, seenMs - checkpoint.atMs());
  }
}

package io.millrace.trainer.checkpoint;

/**
 * A checkpoint's name: its step, and the epoch of the producer that wrote it. A trainer that was
 * fenced has another epoch than the one that fenced it, so no name is used twice.
 *
 * @param step optimizer updates so far, >= 0
 */
public record CheckpointId(long step, long producerId, int producerEpoch) {
  /** Sorts by step as text. */
  public String text() {
    return "%012d-%d.%d".formatted(step, producerId, producerEpoch);
  }
}

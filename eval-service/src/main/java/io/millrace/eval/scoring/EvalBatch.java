package io.millrace.eval.scoring;

import io.millrace.eval.metrics.Baselines;
import io.millrace.schemas.features.Rows;

/**
 * Samples decoded and not yet scored, with where they came from. Reused from batch to batch.
 * Confined to the scoring thread.
 */
final class EvalBatch {
  final Rows rows;
  final Baselines baselines;
  final PartitionState[] states;
  final long[] offsets;
  final long[] appendedMs;
  final boolean[] heldOut;
  private int size;
  private long openedNanos;

  EvalBatch(Rows rows, Baselines baselines) {
    this.rows = rows;
    this.baselines = baselines;
    this.states = new PartitionState[rows.capacity()];
    this.offsets = new long[rows.capacity()];
    this.appendedMs = new long[rows.capacity()];
    this.heldOut = new boolean[rows.capacity()];
  }

  /** The row that the next sample is decoded into. */
  int next() {
    return size;
  }

  /** The sample at {@link #next} belongs to the batch. */
  void add(PartitionState state, long offset, long appendedAtMs, boolean isHeldOut) {
    if (size == 0) {
      openedNanos = System.nanoTime();
    }
    states[size] = state;
    offsets[size] = offset;
    appendedMs[size] = appendedAtMs;
    heldOut[size] = isHeldOut;
    size++;
  }

  int size() {
    return size;
  }

  boolean isFull() {
    return size == rows.capacity();
  }

  /** When the first sample came; meaningless while there is none. */
  long openedNanos() {
    return openedNanos;
  }

  void clear() {
    size = 0;
  }
}

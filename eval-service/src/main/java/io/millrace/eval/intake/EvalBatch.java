package io.millrace.eval.intake;

import io.millrace.eval.metrics.Baselines;
import io.millrace.schemas.features.rows.Rows;
import org.apache.kafka.common.TopicPartition;

/**
 * Decoded records and their positions; after admission, samples to score. Reused: filled on the
 * polling thread, then owned by the scoring thread until it is released.
 */
public final class EvalBatch {
  public final Rows rows;
  final TopicPartition[] partitions;
  public final long[] offsets;
  public final long[] appendedMs;

  /** Whether the record was rejected; then its row has no meaning. */
  final boolean[] rejected;

  public final boolean[] heldOut;

  /** Set by admission; used by the scoring thread alone. */
  public final PartitionState[] states;

  public final Baselines baselines;
  private int size;

  EvalBatch(Rows rows, Baselines baselines) {
    this.rows = rows;
    this.baselines = baselines;
    this.partitions = new TopicPartition[rows.capacity()];
    this.offsets = new long[rows.capacity()];
    this.appendedMs = new long[rows.capacity()];
    this.rejected = new boolean[rows.capacity()];
    this.heldOut = new boolean[rows.capacity()];
    this.states = new PartitionState[rows.capacity()];
  }

  /** The row into which the next record is decoded. */
  int next() {
    return size;
  }

  /** Adds the record that was decoded into row {@link #next}. */
  void add(
      TopicPartition partition,
      long offset,
      long appendedAtMs,
      boolean isRejected,
      boolean isHeldOut) {
    partitions[size] = partition;
    offsets[size] = offset;
    appendedMs[size] = appendedAtMs;
    rejected[size] = isRejected;
    heldOut[size] = isHeldOut;
    size++;
  }

  /**
   * Moves a sample that is to be scored to a row that is free.
   *
   * @param to at most {@code from}
   */
  void keep(int from, int to, PartitionState state) {
    states[to] = state;
    if (from != to) {
      rows.copy(from, to);
      offsets[to] = offsets[from];
      appendedMs[to] = appendedMs[from];
      heldOut[to] = heldOut[from];
    }
  }

  /** Drops all rows from this one on. */
  void truncate(int to) {
    size = to;
  }

  public int size() {
    return size;
  }

  boolean isFull() {
    return size == rows.capacity();
  }

  void clear() {
    size = 0;
  }
}

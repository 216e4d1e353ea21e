package io.millrace.eval.intake;

import io.millrace.eval.metrics.Baselines;
import io.millrace.schemas.features.rows.Rows;
import org.apache.kafka.common.TopicPartition;

/**
 * Records decoded, with where they came from; once admitted, samples to score. Used again and
 * again: filled on the polling thread, then the scoring thread's until it gives it back.
 */
public final class EvalBatch {
  public final Rows rows;
  final TopicPartition[] partitions;
  public final long[] offsets;
  public final long[] appendedMs;

  /** Whether the record is no sample; then its row means nothing. */
  final boolean[] rejected;

  public final boolean[] heldOut;

  /** The scoring thread's alone, once admitted. */
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

  /** The row that the next record is decoded into. */
  int next() {
    return size;
  }

  /** The record at {@link #next} belongs to the batch. */
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
   * A sample that is to be scored moves to a row that no other needs any more.
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

  /** Only the first rows stay. */
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

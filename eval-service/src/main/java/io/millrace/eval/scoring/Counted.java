package io.millrace.eval.scoring;

/**
 * The samples of one partition that counted for one checkpoint since the last commit. Filled on the
 * scoring thread, then given to the audit.
 */
final class Counted {
  private final Announced checkpoint;
  private final int partition;
  private final long lineage;
  private long first = Long.MAX_VALUE;
  private long last = -1;
  private long count;

  Counted(Announced checkpoint, PartitionState state) {
    this.checkpoint = checkpoint;
    this.partition = state.partition.partition();
    this.lineage = checkpoint.lineage().nextOffset(state.partition);
  }

  void add(long offset) {
    first = Math.min(first, offset);
    last = Math.max(last, offset);
    count++;
  }

  /** The first offset of the partition that cannot have trained the checkpoint, as announced. */
  long lineage() {
    return lineage;
  }

  Announced checkpoint() {
    return checkpoint;
  }

  int partition() {
    return partition;
  }

  long first() {
    return first;
  }

  long last() {
    return last;
  }

  long count() {
    return count;
  }
}

package io.millrace.eval.commit;

import io.millrace.eval.intake.PartitionState;
import io.millrace.eval.lineup.AnnouncedCheckpoint;

/**
 * The samples of one partition that counted for one checkpoint since the last commit. Filled on the
 * scoring thread, then given to the audit.
 */
public final class Counted {
  private final AnnouncedCheckpoint checkpoint;
  private final int partition;
  private final long lineage;
  private long first = Long.MAX_VALUE;
  private long last = -1;
  private long count;

  Counted(AnnouncedCheckpoint checkpoint, PartitionState state) {
    this.checkpoint = checkpoint;
    this.partition = state.partition.partition();
    this.lineage = checkpoint.lineage().nextOffset(state.partition);
  }

  public void add(long offset) {
    first = Math.min(first, offset);
    last = Math.max(last, offset);
    count++;
  }

  /** The first offset of the partition that cannot have trained the checkpoint, as announced. */
  public long lineage() {
    return lineage;
  }

  AnnouncedCheckpoint checkpoint() {
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

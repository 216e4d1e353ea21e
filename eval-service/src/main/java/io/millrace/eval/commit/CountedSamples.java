package io.millrace.eval.commit;

import io.millrace.eval.intake.PartitionState;
import io.millrace.eval.lineup.AnnouncedCheckpoint;
import io.millrace.schemas.lineage.CheckpointId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The samples that counted for each checkpoint since the last commit. Confined to the scoring
 * thread.
 */
public final class CountedSamples {
  private record CountedKey(CheckpointId checkpoint, int partition) {}

  private final Map<CountedKey, CountedRange> counted = new HashMap<>();
  private @Nullable CountedRange lastUsed;
  private @Nullable PartitionState lastState;

  public CountedRange of(AnnouncedCheckpoint checkpoint, PartitionState state) {
    CountedRange last = lastUsed;
    if (last != null && lastState == state && last.checkpoint().equals(checkpoint)) {
      return last;
    }
    CountedRange found =
        counted.computeIfAbsent(
            new CountedKey(checkpoint.id(), state.partition.partition()),
            place -> new CountedRange(checkpoint, state));
    lastUsed = found;
    lastState = state;
    return found;
  }

  /** The ranges that have samples; then clears. */
  public List<CountedRange> take() {
    List<CountedRange> taken = new ArrayList<>(counted.values());
    taken.removeIf(each -> each.count() == 0);
    clear();
    return taken;
  }

  public void clear() {
    counted.clear();
    lastUsed = null;
    lastState = null;
  }

  /**
   * The samples of one partition that counted for one checkpoint since the last commit. Filled on
   * the scoring thread, then passed to the audit.
   */
  public static final class CountedRange {
    private final AnnouncedCheckpoint checkpoint;
    private final int partition;
    private final long lineage;
    private long first = Long.MAX_VALUE;
    private long last = -1;
    private long count;

    CountedRange(AnnouncedCheckpoint checkpoint, PartitionState state) {
      this.checkpoint = checkpoint;
      this.partition = state.partition.partition();
      this.lineage = checkpoint.lineage().nextOffset(state.partition);
    }

    public void add(long offset) {
      first = Math.min(first, offset);
      last = Math.max(last, offset);
      count++;
    }

    /**
     * The first offset of the partition that cannot have trained the checkpoint, according to its
     * announcement.
     */
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
}

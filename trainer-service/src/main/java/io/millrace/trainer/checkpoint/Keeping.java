package io.millrace.trainer.checkpoint;

import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.promotions.InUse;
import io.millrace.schemas.promotions.Pins;
import io.millrace.schemas.proto.Checkpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides which checkpoints may be deleted. A function of its arguments.
 *
 * @param saveTotalLimit how many checkpoints to keep; more are kept if the other rules protect them
 * @param minAge younger checkpoints are kept
 * @param pinned checkpoints that are always kept
 */
public record Keeping(int saveTotalLimit, Duration minAge, Pins pinned) {
  /**
   * How many of the newest are always kept, so that a reader of an announcement finds its files.
   */
  static final int NEWEST = 2;

  /**
   * @param announced oldest first, in the order of their announcement
   * @return oldest first
   */
  public List<Checkpoint> deletable(List<Checkpoint> announced, InUse inUse, Instant now) {
    Set<CheckpointId> kept = new HashSet<>(pinned.ids(announced));
    inUse.ids().forEach(id -> CheckpointId.tryOf(id).ifPresent(kept::add));
    announced
        .subList(Math.max(0, announced.size() - NEWEST), announced.size())
        .forEach(newest -> kept.add(CheckpointId.of(newest.getId())));
    long youngMs = now.minus(minAge).toEpochMilli();
    int excess = announced.size() - saveTotalLimit;
    List<Checkpoint> deletable = new ArrayList<>();
    for (Checkpoint checkpoint : announced) {
      if (deletable.size() >= excess) {
        break;
      }
      if (checkpoint.getCreatedMs() <= youngMs
          && !kept.contains(CheckpointId.of(checkpoint.getId()))) {
        deletable.add(checkpoint);
      }
    }
    return deletable;
  }
}

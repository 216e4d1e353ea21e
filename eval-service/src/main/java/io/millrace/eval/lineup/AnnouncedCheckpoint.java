package io.millrace.eval.lineup;

import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.lineage.Lineage;
import io.millrace.schemas.proto.Checkpoint;

/**
 * A checkpoint and its announcement. Two are equal if their ids are.
 *
 * @param announcedMs the announcement's record timestamp, epoch ms
 */
public record AnnouncedCheckpoint(
    CheckpointId id, Checkpoint checkpoint, Lineage lineage, long announcedMs) {
  /**
   * @throws IllegalArgumentException if the message has no valid id
   */
  public static AnnouncedCheckpoint of(Checkpoint checkpoint, long announcedMs) {
    return new AnnouncedCheckpoint(
        CheckpointId.of(checkpoint.getId()),
        checkpoint,
        Lineage.fromProto(checkpoint.getLineage()),
        announcedMs);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof AnnouncedCheckpoint announced && announced.id.equals(id));
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }
}

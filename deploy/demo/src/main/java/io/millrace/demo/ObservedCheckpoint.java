package io.millrace.demo;

import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.lineage.Lineage;
import io.millrace.schemas.proto.Checkpoint;

/**
 * An announcement, as read from its topic.
 *
 * @param atMs when the broker appended it, epoch ms
 * @param live whether it was announced while this process was observing
 */
record ObservedCheckpoint(Checkpoint checkpoint, Lineage lineage, long atMs, boolean live) {
  ObservedCheckpoint(Checkpoint checkpoint, long atMs, boolean live) {
    this(checkpoint, Lineage.fromProto(checkpoint.getLineage()), atMs, live);
  }

  CheckpointId id() {
    return CheckpointId.of(checkpoint.getId());
  }

  /** The first offset of this partition of the samples that is not in the checkpoint's lineage. */
  long nextOffset(int partition) {
    return lineage.nextOffsets().entrySet().stream()
        .filter(entry -> entry.getKey().partition() == partition)
        .mapToLong(java.util.Map.Entry::getValue)
        .max()
        .orElse(0);
  }

  /** How many records of the samples' topic are in its lineage. */
  long records() {
    return lineage.nextOffsets().values().stream().mapToLong(Long::longValue).sum();
  }
}

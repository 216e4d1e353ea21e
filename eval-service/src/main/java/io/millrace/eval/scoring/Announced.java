package io.millrace.eval.scoring;

import io.millrace.schemas.lineage.Lineage;
import io.millrace.schemas.proto.Checkpoint;

/**
 * A checkpoint as its topic told of it. Two are the same if their ids are.
 *
 * @param announcedMs the announcement's record timestamp, epoch ms
 */
record Announced(Checkpoint checkpoint, Lineage lineage, long announcedMs) {
  static Announced of(Checkpoint checkpoint, long announcedMs) {
    return new Announced(checkpoint, Lineage.fromProto(checkpoint.getLineage()), announcedMs);
  }

  String id() {
    return checkpoint.getId();
  }

  @Override
  public boolean equals(Object other) {
    return this == other || (other instanceof Announced announced && announced.id().equals(id()));
  }

  @Override
  public int hashCode() {
    return id().hashCode();
  }
}

package io.millrace.trainer.checkpoint;

import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.proto.TrainProgress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is said at once, or not at all, when a checkpoint is whole.
 *
 * @param setAside samples that poisoned steps since the announcement before
 * @param withdrawn checkpoints that make room; their files are deleted after
 * @param progress where training stands, if that is due
 */
record Announcement(
    Checkpoint checkpoint,
    List<DeadLetter> setAside,
    List<Checkpoint> withdrawn,
    @Nullable TrainProgress progress) {
  Announcement {
    setAside = List.copyOf(setAside);
    withdrawn = List.copyOf(withdrawn);
  }
}

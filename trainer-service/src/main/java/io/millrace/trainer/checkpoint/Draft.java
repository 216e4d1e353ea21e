package io.millrace.trainer.checkpoint;

import io.millrace.schemas.proto.Checkpoint;
import io.millrace.trainer.training.LearnerState;
import io.millrace.trainer.training.Probe;
import java.util.List;

/**
 * A checkpoint as the step loop hands it over: all in host memory, nothing encoded yet. Immutable.
 *
 * @param announcement all that does not depend on files: step, offset, lineage, metrics, settings
 * @param probe what training gave on one batch, with the weights of the state
 * @param setAside samples that poisoned steps since the last announcement
 */
public record Draft(
    Checkpoint announcement, LearnerState state, Probe probe, List<PoisonedPlace> setAside) {
  public Draft {
    setAside = List.copyOf(setAside);
  }
}

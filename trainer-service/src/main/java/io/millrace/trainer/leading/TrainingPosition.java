package io.millrace.trainer.leading;

import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.lineage.Lineage;
import io.millrace.trainer.graph.TrainableGraph;
import io.millrace.trainer.training.Learner;
import java.util.Set;

/**
 * A model with its weights, and where in the log they stand.
 *
 * @param learner owned by whoever takes this over
 * @param lineage what it may have seen
 * @param offset the next train-log offset to read
 * @param setAsideBefore samples that poisoned steps before this offset are in the dead letters
 * @param damaged checkpoints that should have been taken instead and could not be
 */
record TrainingPosition(
    TrainableGraph graph,
    Learner learner,
    SettingsHistory settings,
    Lineage lineage,
    long offset,
    long setAsideBefore,
    Set<CheckpointId> damaged) {}

package io.millrace.trainer.leading;

import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.lineage.Lineage;
import io.millrace.trainer.graph.TrainableGraph;
import io.millrace.trainer.training.Learner;
import java.util.Set;

/**
 * A model with its weights, and their position in the train log.
 *
 * @param learner owned by the term that takes this over
 * @param lineage the samples that may have trained it
 * @param offset the next train-log offset to read
 * @param deadLettersBefore samples that poisoned steps before this offset are in the dead letters
 * @param damaged newer checkpoints that cannot be resumed from
 */
record TrainingPosition(
    TrainableGraph graph,
    Learner learner,
    SettingsHistory settings,
    Lineage lineage,
    long offset,
    long deadLettersBefore,
    Set<CheckpointId> damaged) {}

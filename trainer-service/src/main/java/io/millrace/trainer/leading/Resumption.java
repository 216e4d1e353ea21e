package io.millrace.trainer.leading;

import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.lineage.Lineage;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.store.CorruptFileException;
import io.millrace.trainer.graph.TrainableGraph;
import io.millrace.trainer.training.CorruptStateException;
import io.millrace.trainer.training.Learner;
import io.millrace.trainer.training.LearnerState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds where training goes on: the newest whole checkpoint, or the model as it was given. */
record Resumption(LoadedPipeline pipeline, CheckpointStore store) {
  private static final Logger log = LoggerFactory.getLogger(Resumption.class);

  /**
   * From the newest checkpoint that is whole, or from the beginning where there is none.
   *
   * @param announced oldest first
   * @param seenBefore asked only for a beginning
   */
  TrainingPosition newestWhole(List<Checkpoint> announced, Supplier<Lineage> seenBefore) {
    long setAsideBefore =
        announced.stream().mapToLong(Checkpoint::getTrainLogOffset).max().orElse(0);
    List<Checkpoint> newestFirst = new ArrayList<>(announced);
    Collections.reverse(newestFirst);
    Set<String> damaged = new HashSet<>();
    for (Checkpoint checkpoint : newestFirst) {
      try {
        return from(checkpoint, setAsideBefore, damaged);
      } catch (CorruptFileException | CorruptStateException e) {
        damaged.add(checkpoint.getId());
        log.atWarn()
            .addKeyValue("checkpoint", checkpoint.getId())
            .addKeyValue("reason", e.getMessage())
            .log("checkpoint is damaged, an older one is taken");
      }
    }
    TrainableGraph graph = PipelineModel.initial(pipeline);
    Lineage seen = seenBefore.get();
    return new TrainingPosition(
        graph,
        Learner.create(graph, pipeline.config()),
        new SettingsHistory(List.of()),
        seen,
        0,
        setAsideBefore,
        damaged);
  }

  /**
   * From this one.
   *
   * @throws CorruptFileException if a file is absent, or not as announced
   * @throws CorruptStateException if the optimizer's state cannot be read
   */
  TrainingPosition from(Checkpoint checkpoint, long setAsideBefore, Set<String> damaged) {
    TrainableGraph graph =
        PipelineModel.parse(store.load(checkpoint.getModel()), pipeline.config());
    LearnerState state =
        LearnerState.parse(store.load(checkpoint.getOptimizerState()), graph.initialWeights());
    Learner learner = Learner.create(graph, pipeline.config());
    try {
      learner.restore(state);
    } catch (RuntimeException e) {
      learner.close();
      throw e;
    }
    return new TrainingPosition(
        graph,
        learner,
        new SettingsHistory(checkpoint.getSettingsHistoryList()),
        Lineage.fromProto(checkpoint.getLineage()),
        checkpoint.getTrainLogOffset(),
        setAsideBefore,
        Set.copyOf(damaged));
  }
}

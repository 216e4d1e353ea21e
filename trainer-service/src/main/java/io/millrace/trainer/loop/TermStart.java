package io.millrace.trainer.loop;

import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.lineage.Lineage;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.store.CorruptFileException;
import io.millrace.schemas.topics.Announcements;
import io.millrace.schemas.topics.CommittedReader;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.trainer.checkpoint.Announcer;
import io.millrace.trainer.checkpoint.CheckpointWriter;
import io.millrace.trainer.checkpoint.Keeping;
import io.millrace.trainer.checkpoint.Retention;
import io.millrace.trainer.graph.TrainableGraph;
import io.millrace.trainer.training.CorruptStateException;
import io.millrace.trainer.training.Learner;
import io.millrace.trainer.training.LearnerState;
import io.millrace.trainer.windowing.SampleSource;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a trainer does when it comes to lead: fences the one before, finds the newest whole
 * checkpoint, and goes on from there. Confined to the loop's thread.
 */
final class TermStart implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TermStart.class);

  private final LoadedPipeline pipeline;
  private final PipelineConfig config;
  private final TopicNames topics;
  private final CheckpointStore store;
  private final Admin admin;
  private final Consumer<byte[], byte[]> promotions;
  private final TrainerMeters meters;

  TermStart(LoadedPipeline pipeline, CheckpointStore store, TrainerMeters meters) {
    this.pipeline = pipeline;
    this.config = pipeline.config();
    this.topics = new TopicNames(config.pipeline());
    this.store = store;
    this.meters = meters;
    this.admin = Admin.create(new HashMap<String, Object>(config.kafka()));
    this.promotions = CommittedReader.open(config.kafka());
  }

  /** A model with its weights, and where in the log they stand. */
  private record Standing(
      TrainableGraph graph,
      Learner learner,
      SettingsHistory settings,
      Lineage lineage,
      long offset) {}

  /** Begins a term, and moves the log to where it goes on. */
  Term begin(TrainLog trainLog) {
    Announcer announcer =
        Announcer.takeOver(
            new HashMap<>(config.kafka()),
            admin,
            config.pipeline(),
            new Announcer.Topics(topics.checkpoints(), topics.deadLetters(), topics.progress()));
    try {
      List<Checkpoint> announced = announced();
      Standing standing = resume(announced);
      trainLog.seek(standing.offset());
      Retention retention =
          new Retention(
              new Keeping(
                  config.training().saveTotalLimit(),
                  config.checkpoint().minAge(),
                  Set.copyOf(config.checkpoint().pinned())),
              store,
              announcer,
              admin,
              promotions,
              topics,
              announced,
              Clock.systemUTC());
      retention.deleteUnannounced();
      CheckpointWriter writer =
          new CheckpointWriter(
              standing.graph(), store, announcer, config.checkpoint().parityTolerance(), retention);
      return begin(standing, writer, announced.isEmpty());
    } catch (RuntimeException e) {
      announcer.close();
      throw e;
    }
  }

  private Term begin(Standing standing, CheckpointWriter writer, boolean first) {
    Term term =
        new Term(
            config,
            standing.learner(),
            writer,
            standing.settings(),
            standing.lineage(),
            standing.offset(),
            meters);
    if (first) {
      term.checkpointNow();
    } else {
      term.isStored();
    }
    log.atInfo()
        .addKeyValue("step", standing.learner().step())
        .addKeyValue("trainLogOffset", standing.offset())
        .log("leading");
    return term;
  }

  private List<Checkpoint> announced() {
    try (KafkaConsumer<byte[], byte[]> consumer = CommittedReader.open(config.kafka())) {
      List<Checkpoint> announced =
          new ArrayList<>(Announcements.read(consumer, topics.checkpoints()).inOrder());
      announced.sort(Comparator.comparingLong(Checkpoint::getTrainLogOffset));
      return announced;
    }
  }

  /** From the newest checkpoint that is whole, or from the beginning where none was announced. */
  private Standing resume(List<Checkpoint> announced) {
    List<Checkpoint> newestFirst = new ArrayList<>(announced);
    Collections.reverse(newestFirst);
    for (Checkpoint checkpoint : newestFirst) {
      try {
        return resume(checkpoint);
      } catch (CorruptFileException | CorruptStateException e) {
        log.atWarn()
            .addKeyValue("checkpoint", checkpoint.getId())
            .addKeyValue("reason", e.getMessage())
            .log("checkpoint is damaged, an older one is taken");
      }
    }
    TrainableGraph graph = Models.initial(pipeline);
    SampleSource samples = new SampleSource(admin, config);
    Lineage before = samples.seenBefore(samples.describe());
    return new Standing(
        graph, Learner.create(graph, config), new SettingsHistory(List.of()), before, 0);
  }

  private Standing resume(Checkpoint checkpoint) {
    TrainableGraph graph = Models.parse(store.load(checkpoint.getModel()), config);
    LearnerState state =
        LearnerState.parse(store.load(checkpoint.getOptimizerState()), graph.initialWeights());
    Learner learner = Learner.create(graph, config);
    learner.restore(state);
    return new Standing(
        graph,
        learner,
        new SettingsHistory(checkpoint.getSettingsHistoryList()),
        Lineage.fromProto(checkpoint.getLineage()),
        checkpoint.getTrainLogOffset());
  }

  @Override
  public void close() {
    promotions.close();
    admin.close();
  }
}

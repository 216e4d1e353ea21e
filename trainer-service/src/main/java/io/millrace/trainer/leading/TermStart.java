package io.millrace.trainer.leading;

import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.lineage.Lineage;
import io.millrace.schemas.promotions.Pins;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.TrainProgress;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.store.CorruptFileException;
import io.millrace.schemas.topics.Announcements;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.trainer.checkpoint.Announcer;
import io.millrace.trainer.checkpoint.CheckpointMeters;
import io.millrace.trainer.checkpoint.CheckpointWriter;
import io.millrace.trainer.checkpoint.Keeping;
import io.millrace.trainer.checkpoint.OriginalRecords;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
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

  private final PipelineConfig config;
  private final TopicNames topics;
  private final CheckpointStore store;
  private final Resumption resumption;
  private final Admin admin;
  private final Consumer<byte[], byte[]> promotions;
  private final TrainerMeters meters;
  private final CheckpointMeters checkpointMeters;

  TermStart(
      LoadedPipeline pipeline,
      CheckpointStore store,
      TrainerMeters meters,
      CheckpointMeters checkpointMeters) {
    this.config = pipeline.config();
    this.topics = new TopicNames(config.pipeline());
    this.store = store;
    this.resumption = new Resumption(pipeline, store);
    this.meters = meters;
    this.checkpointMeters = checkpointMeters;
    this.admin = Admin.create(new HashMap<String, Object>(config.kafka()));
    try {
      this.promotions = CommittedReader.open(config.kafka());
    } catch (RuntimeException | Error e) {
      admin.close();
      throw e;
    }
  }

  /*
   * The order is what makes it safe to be halted anywhere in here while another takes over. Fence;
   * read what was announced; say something, which fails if one was fenced since; only then delete
   * what those before left behind, and never what is of a later term.
   */
  /** Begins a term, and moves the log to where it goes on. */
  LeaderTerm begin(TrainLog trainLog) {
    Announcer announcer =
        Announcer.takeOver(
            new HashMap<>(config.kafka()),
            admin,
            config.pipeline(),
            new Announcer.AnnouncerTopics(
                topics.checkpoints(), topics.deadLetters(), topics.progress()));
    try {
      List<Checkpoint> announced = announced();
      TrainingPosition standing = resumption.newestWhole(announced, this::seenBefore);
      try {
        trainLog.seek(standing.offset());
        announcer.report(standing(standing));
        return begin(announced, standing, announcer);
      } catch (RuntimeException | Error e) {
        standing.learner().close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      announcer.close();
      throw e;
    }
  }

  private TrainProgress standing(TrainingPosition standing) {
    return TrainProgress.newBuilder()
        .setPipeline(config.pipeline())
        .setStep(standing.learner().step())
        .setTrainLogOffset(standing.offset())
        .setAtMs(System.currentTimeMillis())
        .build();
  }

  private LeaderTerm begin(
      List<Checkpoint> announced, TrainingPosition standing, Announcer announcer) {
    Retention retention = retention(announced, standing);
    retention.deleteUnannounced(announcer.term());
    CheckpointWriter writer =
        new CheckpointWriter(
            standing.graph(),
            store,
            announcer,
            new OriginalRecords(config.kafka()),
            config.checkpoint().parityTolerance(),
            retention,
            checkpointMeters);
    try {
      LeaderTerm term = new LeaderTerm(config, standing, writer, meters);
      if (announced.isEmpty()) {
        term.checkpointNow();
      } else {
        term.isStored();
      }
      log.atInfo()
          .addKeyValue("step", standing.learner().step())
          .addKeyValue("trainLogOffset", standing.offset())
          .log("leading");
      return term;
    } catch (RuntimeException | Error e) {
      writer.close();
      throw e;
    }
  }

  private Retention retention(List<Checkpoint> announced, TrainingPosition standing) {
    return new Retention(
        new Keeping(
            config.training().saveTotalLimit(),
            config.checkpoint().minAge(),
            new Pins(config.checkpoint().pinned())),
        store,
        admin,
        promotions,
        topics,
        announced,
        standing.damaged(),
        Clock.systemUTC());
  }

  private List<Checkpoint> announced() {
    try (KafkaConsumer<byte[], byte[]> consumer = CommittedReader.open(config.kafka())) {
      List<Checkpoint> announced =
          new ArrayList<>(Announcements.read(consumer, topics.checkpoints()).inOrder());
      announced.sort(Comparator.comparingLong(Checkpoint::getTrainLogOffset));
      return announced;
    }
  }

  private Lineage seenBefore() {
    SampleSource samples = new SampleSource(admin, config);
    return samples.seenBefore(samples.describe());
  }

  @Override
  public void close() {
    promotions.close();
    admin.close();
  }

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
      Set<CheckpointId> damaged = new HashSet<>();
      for (Checkpoint checkpoint : newestFirst) {
        try {
          return from(checkpoint, setAsideBefore, damaged);
        } catch (CorruptFileException | CorruptStateException e) {
          damaged.add(CheckpointId.of(checkpoint.getId()));
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
    TrainingPosition from(Checkpoint checkpoint, long setAsideBefore, Set<CheckpointId> damaged) {
      TrainableGraph graph =
          PipelineModel.parse(store.load(checkpoint.getModel()), pipeline.config());
      LearnerState state =
          LearnerState.parse(store.load(checkpoint.getOptimizerState()), graph.initialWeights());
      Learner learner = Learner.create(graph, pipeline.config());
      try {
        learner.restore(state);
      } catch (RuntimeException | Error e) {
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
}

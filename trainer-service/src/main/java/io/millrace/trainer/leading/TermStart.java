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
import io.millrace.schemas.time.Clock;
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
 * The start of a leader's term: fences the previous leader, finds the newest intact checkpoint, and
 * continues from there. Confined to the loop's thread.
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
  private final Clock clock;

  TermStart(
      LoadedPipeline pipeline,
      CheckpointStore store,
      TrainerMeters meters,
      CheckpointMeters checkpointMeters,
      Clock clock) {
    this.config = pipeline.config();
    this.topics = new TopicNames(config.pipeline());
    this.store = store;
    this.resumption = new Resumption(pipeline, store);
    this.meters = meters;
    this.checkpointMeters = checkpointMeters;
    this.clock = clock;
    this.admin = Admin.create(new HashMap<String, Object>(config.kafka()));
    try {
      this.promotions = CommittedReader.open(config.kafka());
    } catch (RuntimeException | Error e) {
      admin.close();
      throw e;
    }
  }

  /*
   * This order makes it safe for the process to be halted at any point while another takes over:
   * fence; read the announcements; publish a record, which fails if another trainer has fenced this
   * one since; only then delete what earlier terms left behind, and never anything of a later term.
   */
  /** Starts a term, and seeks the train log to its position. */
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
      TrainingPosition position = resumption.newestIntact(announced, this::initialLineage);
      try {
        trainLog.seek(position.offset());
        announcer.report(progress(position));
        return begin(announced, position, announcer);
      } catch (RuntimeException | Error e) {
        position.learner().close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      announcer.close();
      throw e;
    }
  }

  private TrainProgress progress(TrainingPosition position) {
    return TrainProgress.newBuilder()
        .setPipeline(config.pipeline())
        .setStep(position.learner().step())
        .setTrainLogOffset(position.offset())
        .setAtMs(clock.epochMs())
        .build();
  }

  private LeaderTerm begin(
      List<Checkpoint> announced, TrainingPosition position, Announcer announcer) {
    Retention retention = retention(announced, position);
    retention.deleteUnannounced(announcer.term());
    CheckpointWriter writer =
        new CheckpointWriter(
            position.graph(),
            store,
            announcer,
            new OriginalRecords(config.kafka()),
            config.checkpoint().parityTolerance(),
            retention,
            checkpointMeters);
    try {
      LeaderTerm term = new LeaderTerm(config, position, writer, meters, clock);
      if (announced.isEmpty()) {
        term.checkpointNow();
      } else {
        term.markStored();
      }
      log.atInfo()
          .addKeyValue("step", position.learner().step())
          .addKeyValue("trainLogOffset", position.offset())
          .log("leading");
      return term;
    } catch (RuntimeException | Error e) {
      writer.close();
      throw e;
    }
  }

  private Retention retention(List<Checkpoint> announced, TrainingPosition position) {
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
        position.damaged(),
        clock);
  }

  private List<Checkpoint> announced() {
    try (KafkaConsumer<byte[], byte[]> consumer = CommittedReader.open(config.kafka())) {
      List<Checkpoint> announced =
          new ArrayList<>(Announcements.read(consumer, topics.checkpoints()).inOrder());
      announced.sort(Comparator.comparingLong(Checkpoint::getTrainLogOffset));
      return announced;
    }
  }

  private Lineage initialLineage() {
    SampleSource samples = new SampleSource(admin, config);
    return samples.initialLineage(samples.describe());
  }

  @Override
  public void close() {
    promotions.close();
    admin.close();
  }

  /** Finds where training continues: at the newest intact checkpoint, or at the initial model. */
  record Resumption(LoadedPipeline pipeline, CheckpointStore store) {
    private static final Logger log = LoggerFactory.getLogger(Resumption.class);

    /**
     * Continues from the newest intact checkpoint, or from the initial model if there is none.
     *
     * @param announced oldest first
     * @param initialLineage called only if training starts from the initial model
     */
    TrainingPosition newestIntact(List<Checkpoint> announced, Supplier<Lineage> initialLineage) {
      long deadLettersBefore =
          announced.stream().mapToLong(Checkpoint::getTrainLogOffset).max().orElse(0);
      List<Checkpoint> newestFirst = new ArrayList<>(announced);
      Collections.reverse(newestFirst);
      Set<CheckpointId> damaged = new HashSet<>();
      for (Checkpoint checkpoint : newestFirst) {
        try {
          return from(checkpoint, deadLettersBefore, damaged);
        } catch (CorruptFileException | CorruptStateException e) {
          damaged.add(CheckpointId.of(checkpoint.getId()));
          log.atWarn()
              .addKeyValue("checkpoint", checkpoint.getId())
              .addKeyValue("reason", e.getMessage())
              .log("checkpoint is damaged, an older one is used");
        }
      }
      TrainableGraph graph = PipelineModel.initial(pipeline);
      Lineage lineage = initialLineage.get();
      return new TrainingPosition(
          graph,
          Learner.create(graph, pipeline.config()),
          new SettingsHistory(List.of()),
          lineage,
          0,
          deadLettersBefore,
          damaged);
    }

    /**
     * Continues from this checkpoint.
     *
     * @throws CorruptFileException if a file is missing, or differs from the announcement
     * @throws CorruptStateException if the optimizer's state cannot be read
     */
    TrainingPosition from(
        Checkpoint checkpoint, long deadLettersBefore, Set<CheckpointId> damaged) {
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
          deadLettersBefore,
          Set.copyOf(damaged));
    }
  }
}

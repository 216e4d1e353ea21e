package io.millrace.trainer.loop;

import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.lineage.Lineage;
import io.millrace.schemas.promotions.Pins;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.TrainProgress;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.topics.Announcements;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.trainer.checkpoint.Announcer;
import io.millrace.trainer.checkpoint.CheckpointMeters;
import io.millrace.trainer.checkpoint.CheckpointWriter;
import io.millrace.trainer.checkpoint.Keeping;
import io.millrace.trainer.checkpoint.OriginalRecords;
import io.millrace.trainer.checkpoint.Retention;
import io.millrace.trainer.windowing.SampleSource;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
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
    this.promotions = CommittedReader.open(config.kafka());
  }

  /*
   * The order is what makes it safe to be halted anywhere in here while another takes over. Fence;
   * read what was announced; say something, which fails if one was fenced since; only then delete
   * what those before left behind, and never what is of a later term.
   */
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
      Standing standing = resumption.newestWhole(announced, this::seenBefore);
      try {
        trainLog.seek(standing.offset());
        announcer.report(standing(standing));
        return begin(announced, standing, announcer);
      } catch (RuntimeException e) {
        standing.learner().close();
        throw e;
      }
    } catch (RuntimeException e) {
      announcer.close();
      throw e;
    }
  }

  private TrainProgress standing(Standing standing) {
    return TrainProgress.newBuilder()
        .setPipeline(config.pipeline())
        .setStep(standing.learner().step())
        .setTrainLogOffset(standing.offset())
        .setAtMs(System.currentTimeMillis())
        .build();
  }

  private Term begin(List<Checkpoint> announced, Standing standing, Announcer announcer) {
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
      Term term = new Term(config, standing, writer, meters);
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
    } catch (RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  private Retention retention(List<Checkpoint> announced, Standing standing) {
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
}

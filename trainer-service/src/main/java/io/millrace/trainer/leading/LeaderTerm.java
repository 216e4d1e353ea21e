package io.millrace.trainer.leading;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.TrainBatchReader;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.schemas.lineage.Lineage;
import io.millrace.schemas.ops.LogThrottle;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.TrainProgress;
import io.millrace.schemas.threads.ThreadOwner;
import io.millrace.schemas.time.Clock;
import io.millrace.trainer.checkpoint.CheckpointWriter;
import io.millrace.trainer.checkpoint.OriginalRecords;
import io.millrace.trainer.training.Learner;
import io.millrace.trainer.training.LearnerState;
import io.millrace.trainer.training.PoisonedSample;
import io.millrace.trainer.training.StepResult;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One leader's term of this process: takes steps along the train log, and checkpoints when they are
 * due. Confined to one thread; owns the learner and the writer.
 */
final class LeaderTerm implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LeaderTerm.class);

  private final ThreadOwner owner = new ThreadOwner("the leader's term");
  private final PipelineConfig config;
  private final Learner learner;
  private final CheckpointWriter writer;
  private final TrainerMeters meters;
  private final TrainBatchReader reader;
  private final SettingsHistory settings;
  private final Clock clock;
  private final Cadence cadence;
  private final StepStats sinceCheckpoint;
  private final StepStats sinceReport;
  private final LogThrottle unreadable = new LogThrottle();
  private final List<TrainBatchView> pending = new ArrayList<>();
  private List<OriginalRecords.PoisonedPlace> poisoned = new ArrayList<>();
  private Lineage lineage;
  private final long deadLettersBefore;
  private long offset;
  private long pendingOffset;
  private long skipped;
  private long lastStoredStep = -1;
  private long reportedOffset;
  private long lag;

  /** A checkpoint was due while another was being written; it follows at the next step. */
  private boolean overdue;

  private @Nullable TrainBatchView lastBatch;

  /** Continues at the learner's position. */
  LeaderTerm(
      PipelineConfig config,
      TrainingPosition position,
      CheckpointWriter writer,
      TrainerMeters meters,
      Clock clock) {
    owner.claim();
    this.config = config;
    this.learner = position.learner();
    this.writer = writer;
    this.settings = position.settings();
    this.lineage = position.lineage();
    this.offset = position.offset();
    this.pendingOffset = offset;
    this.reportedOffset = offset;
    this.deadLettersBefore = position.deadLettersBefore();
    this.meters = meters;
    this.clock = clock;
    this.cadence = new Cadence(config.training(), clock);
    this.sinceCheckpoint = new StepStats(clock);
    this.sinceReport = new StepStats(clock);
    this.reader = new TrainBatchReader(InputSpec.of(config.features()));
    recordSettings();
  }

  /** Adds the next record of the train log; takes a step once enough batches are pending. */
  void onRecord(ConsumerRecord<byte[], byte[]> record, long lag) {
    pendingOffset = record.offset() + 1;
    if (record.value() != null
        && reader.read(record.value()) instanceof TrainBatchReader.Read.Batch batch) {
      pending.add(batch.view());
    } else {
      meters.onUnreadable();
      unreadable
          .tryLog(clock.nanos())
          .ifPresent(
              unlogged ->
                  log.atWarn()
                      .addKeyValue("topic", record.topic())
                      .addKeyValue("offset", record.offset())
                      .addKeyValue("unlogged", unlogged)
                      .log("not a train batch of this pipeline, skipped"));
    }
    if (pending.size() == learner.batchesPerStep()) {
      step(lag);
    }
  }

  /** Whether {@code max_steps} have been taken. */
  boolean isDone() {
    long maxSteps = config.training().maxSteps();
    return maxSteps >= 0 && learner.step() >= maxSteps;
  }

  private void step(long lag) {
    owner.assertHeld();
    long startNanos = System.nanoTime();
    StepResult result = learner.step(pending);
    long nanos = System.nanoTime() - startNanos;
    result.poisoned().forEach(this::addPoisoned);
    pending.forEach(batch -> lineage = lineage.with(batch.partition(), batch.nextOffset()));
    lastBatch = pending.get(pending.size() - 1);
    pending.clear();
    if (result.splits() > 0) {
      recordSettings();
    }
    offset = pendingOffset;
    sinceCheckpoint.add(result, nanos);
    sinceReport.add(result, nanos);
    meters.onStep(result, nanos, lag, learner.ceiling());
    this.lag = lag;
    checkpointIfDue();
    reportIfDue();
  }

  /**
   * A split counts from the step in which memory ran out, so it is recorded at the offset where
   * that step began.
   */
  private void recordSettings() {
    settings.note(SettingsHistory.of(config, learner), offset);
  }

  private void addPoisoned(PoisonedSample sample) {
    TrainBatchView batch = pending.get(sample.batch());
    if (offset >= deadLettersBefore) {
      poisoned.add(
          new OriginalRecords.PoisonedPlace(
              batch.partition(), batch.offset(sample.sample()), sample.reason()));
    }
  }

  private void checkpointIfDue() {
    boolean due = cadence.isCheckpointDue(learner.step());
    if (writer.isBusy()) {
      if (due) {
        overdue = true;
        skipped++;
        meters.onSkipped();
      }
    } else if (due || overdue) {
      checkpoint();
    }
  }

  /**
   * Called when no records arrive: reports the last steps, and takes a checkpoint if one is due.
   */
  void onIdle() {
    lag = 0;
    reportUnreported();
    if (learner.step() > lastStoredStep
        && (overdue || cadence.isIntervalOver())
        && !writer.isBusy()) {
      checkpoint();
    }
  }

  /** Reports the steps since the last report, if any. */
  private void reportUnreported() {
    if (offset > reportedOffset) {
      report();
    }
  }

  private void checkpoint() {
    owner.assertHeld();
    overdue = false;
    long startNanos = System.nanoTime();
    cadence.onCheckpoint();
    LearnerState state = learner.state();
    Checkpoint.Builder announcement =
        Checkpoint.newBuilder()
            .setPipeline(config.pipeline())
            .setStep(learner.step())
            .setTrainLogOffset(offset)
            .setLineage(lineage.toProto())
            .setSeed(config.training().seed())
            .setCreatedMs(clock.epochMs())
            .setSamplesTrained(state.samples())
            .setSamplesPoisoned(state.poisoned())
            .setMetrics(sinceCheckpoint.take());
    settings.addTo(announcement);
    writer.write(
        new CheckpointWriter.CheckpointDraft(
            announcement.build(), state, learner.probe(lastBatch), poisoned));
    poisoned = new ArrayList<>();
    lastStoredStep = learner.step();
    meters.onSnapshot(System.nanoTime() - startNanos);
  }

  /**
   * Writes a checkpoint of the current step, unless one is stored already, and waits until it is
   * announced.
   */
  void checkpointNow() {
    reportUnreported();
    writer.finish();
    if (lastStoredStep != learner.step()) {
      checkpoint();
      writer.finish();
    }
  }

  /** Marks the current step as stored. */
  void markStored() {
    lastStoredStep = learner.step();
  }

  private void reportIfDue() {
    if (cadence.isReportDue(learner.step())) {
      cadence.onReport();
      report();
    }
  }

  private void report() {
    reportedOffset = offset;
    writer.report(
        TrainProgress.newBuilder()
            .setPipeline(config.pipeline())
            .setStep(learner.step())
            .setTrainLogOffset(offset)
            .setTrainLogLag(lag)
            .setMetrics(sinceReport.take())
            .setAtMs(clock.epochMs())
            .setMicroBatchSize(
                learner.ceiling() == 0
                    ? config.training().perDeviceTrainBatchSize()
                    : learner.ceiling())
            .setCheckpointsSkipped(skipped)
            .build());
  }

  @Override
  public void close() {
    try {
      writer.close();
    } finally {
      learner.close();
    }
  }
}

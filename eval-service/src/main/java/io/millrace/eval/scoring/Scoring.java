package io.millrace.eval.scoring;

import io.millrace.eval.commit.Audit;
import io.millrace.eval.commit.AuditMeters;
import io.millrace.eval.intake.IntakeMeters;
import io.millrace.eval.intake.Poller;
import io.millrace.eval.intake.ScoringException;
import io.millrace.eval.lineup.Lineup;
import io.millrace.eval.lineup.LineupEvent;
import io.millrace.eval.lineup.LineupFollower;
import io.millrace.eval.models.Device;
import io.millrace.eval.models.EvalRuns;
import io.millrace.eval.models.Model;
import io.millrace.eval.models.ModelFetches;
import io.millrace.eval.models.SessionModel;
import io.millrace.eval.models.Sessions;
import io.millrace.schemas.config.EvaluationConfig;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.lineage.Lineage;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.promotions.Pins;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.StoredFile;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.time.Clock;
import io.millrace.schemas.topics.StartChecks;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running instance of scoring. There can be as many as the samples' topic has partitions.
 * Thread-safe.
 */
public final class Scoring implements AutoCloseable {
  /**
   * Models that are open in addition to the kept ones: the latest checkpoints of the online series.
   */
  static final int ONLINE_MODELS = 8;

  /** Longer than a healthy store takes, shorter than a stall. */
  private static final Duration FETCH_PATIENCE = Duration.ofMillis(250);

  private static final Logger log = LoggerFactory.getLogger(Scoring.class);

  private final Readiness.Condition ready;
  private final Device device;
  private final CompletableFuture<Lineage> beginning = new CompletableFuture<>();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private final ModelFetches fetches;
  private final ScoringLoop loop;
  private final Poller poller;
  private final LineupFollower following;
  private final Audit audit;
  private final AutoCloseable boundMeters;
  private final Thread scoring;
  private final Thread polling;
  private volatile boolean closing;

  private Scoring(
      LoadedPipeline pipeline,
      CheckpointStore store,
      Meters meters,
      Readiness.Condition ready,
      Readiness.Condition auditReady,
      Device device,
      String topicId) {
    PipelineConfig config = pipeline.config();
    this.ready = ready;
    this.device = device;
    IntakeMeters intakeMeters = new IntakeMeters(meters.registry());
    AuditMeters auditMeters = new AuditMeters(meters.registry());
    ScoringMeters scoringMeters = new ScoringMeters(meters.registry(), Clock.SYSTEM);
    EvalRuns runs = new EvalRuns(config.evaluation().perDeviceEvalBatchSize(), device.isGpu());
    this.fetches = new ModelFetches(store::load, FETCH_PATIENCE);
    Function<StoredFile, byte[]> load = store.isRemote() ? fetches::tryLoad : store::load;
    Sessions sessions = new Sessions(opener(config, load, device), ONLINE_MODELS, Clock.SYSTEM);
    this.audit = new Audit(config, auditMeters, auditReady, Clock.SYSTEM);
    this.loop =
        new ScoringLoop(
            config,
            topicId,
            new Lineup(new Pins(config.evaluation().pinned()), config.promotion().rollback()),
            sessions,
            runs,
            intakeMeters,
            scoringMeters,
            audit::add,
            Clock.SYSTEM);
    this.poller =
        new Poller(
            config,
            topicId,
            loop.deliveries(),
            loop.membership(),
            loop::epoch,
            beginning::join,
            Clock.SYSTEM);
    this.scoring = new Thread(this::score, "millrace-scoring");
    this.polling = new Thread(this::poll, "millrace-scoring-poll");
    try {
      scoringMeters.watchSessions(sessions::open);
      scoringMeters.watchCeiling(runs::ceiling);
      intakeMeters.watchLag(poller::lag);
      auditMeters.watch(audit);
      this.boundMeters = meters.bindKafka(poller.consumer());
      this.following = LineupFollower.start(config, this::onLineupEvent, this::fail);
    } catch (RuntimeException | Error e) {
      poller.close();
      throw e;
    }
  }

  /**
   * Checks the topics, then starts. Samples are read after the first checkpoint was announced,
   * because nothing could score them before.
   *
   * @param store the caller closes it, after this
   * @throws io.millrace.schemas.topics.TopicsException if the pipeline's own topics, or that of the
   *     samples, cannot be used
   */
  public static Scoring start(
      LoadedPipeline pipeline, CheckpointStore store, Meters meters, Readiness readiness) {
    Readiness.Condition ready = readiness.require("scoring", "starting");
    PipelineConfig config = pipeline.config();
    String topicId = check(config);
    Device device = Device.choose(config.evaluation().device());
    log.atInfo().addKeyValue("device", device.note()).log("scoring starts");
    Scoring scoring =
        new Scoring(
            pipeline,
            store,
            meters,
            ready,
            readiness.require("audit", "starting"),
            device,
            topicId);
    ready.unmet("waiting for the first checkpoint");
    try {
      scoring.audit.start();
      scoring.scoring.start();
      scoring.polling.start();
      return scoring;
    } catch (RuntimeException | Error e) {
      scoring.close();
      // the polling thread would close it, but did not start
      scoring.poller.close();
      throw e;
    }
  }

  private static String check(PipelineConfig config) {
    try (Admin admin = Admin.create(new HashMap<String, Object>(config.kafka()))) {
      StartChecks.requireTopics(admin, config);
      return StartChecks.requireSamples(admin, config).topicId().toString();
    }
  }

  private static Function<Checkpoint, Model> opener(
      PipelineConfig config, Function<StoredFile, byte[]> load, Device device) {
    EvaluationConfig evaluation = config.evaluation();
    List<InputSpec> inputs = InputSpec.of(config.features());
    Rows probe = new Rows(inputs, device.isGpu() ? evaluation.perDeviceEvalBatchSize() : 2);
    return checkpoint -> {
      SessionModel model =
          SessionModel.open(
              load.apply(checkpoint.getModel()), inputs, device, evaluation.threads(), probe);
      try {
        io.millrace.eval.metrics.RowScore.of(config.model(), config.label(), model.width());
        return model;
      } catch (IllegalArgumentException e) {
        model.close();
        throw new Model.UnusableException(String.valueOf(e.getMessage()));
      }
    };
  }

  private void onLineupEvent(LineupEvent event) {
    loop.add(event);
    if (event instanceof LineupEvent.CheckpointAnnounced announced) {
      beginning.complete(announced.announced().lineage());
    }
  }

  private void poll() {
    try {
      if (following.awaitEnd() && awaitFirst()) {
        ready.met(device.note());
        poller.run();
      }
    } catch (RuntimeException | Error e) {
      fail(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      poller.close();
    }
  }

  private boolean awaitFirst() {
    try {
      beginning.join();
      return !closing;
    } catch (java.util.concurrent.CancellationException e) {
      return false;
    }
  }

  private void score() {
    try {
      loop.run();
      end.complete(null);
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  private void fail(Throwable thrown) {
    Throwable failure = thrown.getCause() instanceof ScoringException known ? known : thrown;
    if (!closing) {
      log.atError().setCause(failure).log("scoring stopped");
      ready.unmet("stopped: " + failure.getMessage());
    }
    end.completeExceptionally(failure);
    poller.stop();
    loop.stop();
  }

  /** Completes when closed; fails with the failure that stopped scoring. */
  public CompletableFuture<Void> end() {
    return end;
  }

  /** Commits all scores and leaves the group, within seconds. Closing again does nothing. */
  @Override
  public void close() {
    closing = true;
    try {
      boundMeters.close();
    } catch (Exception e) {
      log.atWarn().setCause(e).log("meters could not be unbound");
    }
    beginning.cancel(false);
    following.close();
    poller.stop();
    join(polling, 5_000);
    loop.stop();
    join(scoring, 5_000);
    fetches.close();
    audit.close();
    end.complete(null);
  }

  private static void join(Thread thread, long milliseconds) {
    try {
      thread.join(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

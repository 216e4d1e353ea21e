package io.millrace.trainer.leading;

import io.micrometer.core.instrument.Gauge;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.time.Clock;
import io.millrace.schemas.topics.StartChecks;
import io.millrace.trainer.checkpoint.CheckpointMeters;
import io.millrace.trainer.checkpoint.FencedException;
import io.millrace.trainer.checkpoint.StoreSize;
import java.time.Duration;
import java.util.HashMap;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains while the group makes this process the leader, and stands by otherwise. Runs on its own
 * thread until it is closed, has taken {@code max_steps}, or fails. Thread-safe.
 */
public final class TrainerLoop implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TrainerLoop.class);
  private static final Duration POLL = Duration.ofMillis(100);

  private final LoadedPipeline pipeline;
  private final CheckpointStore store;
  private final TrainerMeters meters;
  private final CheckpointMeters checkpointMeters;
  private final Readiness.Condition role;
  private final TrainLog trainLog;
  private final Thread thread = new Thread(this::run, "millrace-training");
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private volatile boolean closing;

  private TrainerLoop(
      LoadedPipeline pipeline,
      CheckpointStore store,
      Meters meters,
      Readiness readiness,
      TrainLog trainLog) {
    this.pipeline = pipeline;
    this.store = store;
    this.meters = new TrainerMeters(meters.registry());
    this.checkpointMeters = new CheckpointMeters(meters.registry());
    this.role = readiness.require("training", "starting");
    this.trainLog = trainLog;
    meters.bindKafka(trainLog.consumer());
    Gauge.builder(
            "millrace.checkpoints.store.bytes",
            new StoreSize(store, Clock.SYSTEM),
            StoreSize::bytes)
        .strongReference(true)
        .register(meters.registry());
  }

  /**
   * Checks the topics, then starts. The store stays the caller's.
   *
   * @throws io.millrace.schemas.topics.TopicsException if they cannot be used for training
   */
  public static TrainerLoop start(
      LoadedPipeline pipeline, CheckpointStore store, Meters meters, Readiness readiness) {
    check(pipeline.config());
    TrainLog trainLog = TrainLog.open(pipeline.config(), Clock.SYSTEM);
    try {
      TrainerLoop loop = new TrainerLoop(pipeline, store, meters, readiness, trainLog);
      loop.thread.start();
      return loop;
    } catch (RuntimeException | Error e) {
      trainLog.close();
      throw e;
    }
  }

  private static void check(PipelineConfig config) {
    try (Admin admin = Admin.create(new HashMap<String, Object>(config.kafka()))) {
      StartChecks.requireTopics(admin, config);
      StartChecks.warnOfTimestamps(admin, config);
    }
  }

  /**
   * Completes when closed or after {@code max_steps}; completes exceptionally with the failure that
   * stopped training.
   */
  public CompletableFuture<Void> end() {
    return end;
  }

  private void run() {
    try (trainLog;
        TermStart start = new TermStart(pipeline, store, meters, checkpointMeters, Clock.SYSTEM)) {
      boolean done = false;
      while (!closing && !done) {
        done = standByThenLead(start);
      }
      end.complete(null);
    } catch (RuntimeException | Error e) {
      log.atError().setCause(e).log("training stopped");
      role.unmet("stopped: " + e.getMessage());
      end.completeExceptionally(e);
    }
  }

  /** Returns whether training has ended. */
  private boolean standByThenLead(TermStart start) {
    role.met("standing by");
    while (trainLog.term().isEmpty()) {
      trainLog.poll(POLL);
      if (closing) {
        return false;
      }
    }
    try {
      return lead(start);
    } catch (FencedException e) {
      log.atWarn().addKeyValue("reason", e.getMessage()).log("fenced");
      trainLog.rejoin();
      return false;
    }
  }

  private boolean lead(TermStart start) {
    OptionalLong mine = trainLog.term();
    @Nullable LeaderTerm term = null;
    try {
      term = start.begin(trainLog);
      role.met("leading");
      meters.onRole(true);
      while (!term.isDone() && !closing) {
        var records = trainLog.poll(POLL);
        if (!trainLog.term().equals(mine)) {
          return lost();
        }
        if (records.isEmpty()) {
          term.onIdle();
        }
        long lag = trainLog.lag() + records.count();
        for (ConsumerRecord<byte[], byte[]> record : records) {
          term.onRecord(record, --lag);
          if (term.isDone() || closing) {
            break;
          }
          if (!trainLog.term().equals(mine)) {
            return lost();
          }
        }
      }
      term.checkpointNow();
      return term.isDone();
    } finally {
      meters.onRole(false);
      if (term != null) {
        term.close();
      }
    }
  }

  private static boolean lost() {
    log.atWarn().log("another trainer leads and repeats the steps that were not announced");
    return false;
  }

  /** Takes a last checkpoint and ends, within seconds. Closing again does nothing. */
  @Override
  public void close() {
    closing = true;
    try {
      thread.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

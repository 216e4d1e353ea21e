package io.millrace.trainer.checkpoint;

import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.StoredFile;
import io.millrace.schemas.proto.TrainProgress;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.store.StoreException;
import io.millrace.trainer.graph.TrainableGraph;
import io.millrace.trainer.training.LearnerState;
import io.millrace.trainer.training.Probe;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Encodes, checks, stores and announces checkpoints concurrently with the step loop, one at a time.
 * Used by the step loop's thread; owns its own thread, the announcer and the original records.
 */
public final class CheckpointWriter implements AutoCloseable {
  public static final String MODEL = "model.onnx";
  public static final String OPTIMIZER = "optimizer.bin";

  private final TrainableGraph graph;
  private final CheckpointStore store;
  private final Announcer announcer;
  private final OriginalRecords originals;
  private final Parity parity;
  private final Retention retention;
  private final CheckpointMeters meters;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "millrace-checkpoints"));
  private final AtomicReference<@Nullable TrainProgress> progress = new AtomicReference<>();
  private CompletableFuture<Void> writing = CompletableFuture.completedFuture(null);
  private CompletableFuture<Void> reporting = CompletableFuture.completedFuture(null);

  public CheckpointWriter(
      TrainableGraph graph,
      CheckpointStore store,
      Announcer announcer,
      OriginalRecords originals,
      double parityTolerance,
      Retention retention,
      CheckpointMeters meters) {
    this.graph = graph;
    this.store = store;
    this.announcer = announcer;
    this.originals = originals;
    this.parity = new Parity(parityTolerance);
    this.retention = retention;
    this.meters = meters;
  }

  /** Whether a checkpoint is still being written. */
  public boolean isBusy() {
    throwIfFailed();
    return !writing.isDone();
  }

  /**
   * Starts to write a checkpoint. Must not be called while {@link #isBusy}.
   *
   * @throws RuntimeException the failure of an earlier checkpoint or report
   */
  public void write(CheckpointDraft draft) {
    throwIfFailed();
    writing = CompletableFuture.runAsync(() -> store(draft), thread);
  }

  /**
   * Waits for the checkpoint that is being written, if any.
   *
   * @throws RuntimeException if it could not be written
   */
  public void finish() {
    try {
      writing.join();
    } catch (CompletionException e) {
      throw cause(e);
    }
  }

  /**
   * Publishes progress as soon as the thread is free, or with the next announcement. Only the
   * latest report is published.
   */
  public void report(TrainProgress latest) {
    throwIfFailed();
    progress.set(latest);
    reporting = reporting.thenRunAsync(this::reportIfDue, thread);
  }

  private void reportIfDue() {
    TrainProgress due = progress.getAndSet(null);
    if (due != null) {
      announcer.report(due);
    }
  }

  private void throwIfFailed() {
    for (CompletableFuture<Void> task : List.of(writing, reporting)) {
      if (task.isCompletedExceptionally()) {
        try {
          task.join();
        } catch (CompletionException e) {
          throw cause(e);
        }
      }
    }
  }

  private static RuntimeException cause(CompletionException e) {
    return e.getCause() instanceof RuntimeException cause ? cause : e;
  }

  private void store(CheckpointDraft draft) {
    CheckpointMeters.StageTimer timer = meters.begin();
    byte[] model = graph.write(draft.state().weights());
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(MODEL, model);
    files.put(OPTIMIZER, draft.state().optimizerBytes());
    String hash = WeightsHash.of(draft.state());
    timer.encoded();
    double difference = parity.check(model, draft.probe());
    timer.checked();
    CheckpointId id = announcer.idAt(draft.announcement().getStep());
    List<StoredFile> stored = publish(draft, id, files);
    timer.stored();
    Checkpoint checkpoint =
        draft.announcement().toBuilder()
            .setId(id.text())
            .setModel(stored.get(0))
            .setOptimizerState(stored.get(1))
            .setParityMaxDifference(difference)
            .setProducerEpoch(announcer.term().producerEpoch())
            .setWeightsSha256(hash)
            .build();
    List<Checkpoint> withdrawn = retention.toWithdrawWith(checkpoint);
    announcer.announce(
        new Announcer.Announcement(
            checkpoint,
            draft.poisoned().stream().map(originals::toDeadLetter).toList(),
            withdrawn,
            progress.getAndSet(null)));
    timer.announced();
    retention.onAnnounced(checkpoint, withdrawn);
    timer.deleted();
  }

  /**
   * Stores the files. If the store fails because this trainer was halted and its successor deleted
   * the directory, the report below throws {@link FencedException} instead.
   */
  private List<StoredFile> publish(
      CheckpointDraft draft, CheckpointId id, Map<String, byte[]> files) {
    try {
      return store.publish(id.text(), files);
    } catch (StoreException e) {
      announcer.report(
          TrainProgress.newBuilder()
              .setPipeline(draft.announcement().getPipeline())
              .setStep(draft.announcement().getStep())
              .setTrainLogOffset(draft.announcement().getTrainLogOffset())
              .setAtMs(System.currentTimeMillis())
              .build());
      throw e;
    }
  }

  /**
   * Finishes the checkpoint that is being written, publishes the last progress report, and ends.
   */
  @Override
  public void close() {
    if (!writing.isCompletedExceptionally() && !reporting.isCompletedExceptionally()) {
      reporting = CompletableFuture.runAsync(this::reportIfDue, thread);
    }
    thread.shutdown();
    try {
      if (!thread.awaitTermination(3, TimeUnit.SECONDS)) {
        thread.shutdownNow();
        thread.awaitTermination(2, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
    announcer.close();
    if (thread.isTerminated()) {
      originals.close();
    }
  }

  /**
   * A checkpoint as the step loop hands it over: all in host memory, nothing encoded yet.
   * Immutable.
   *
   * @param announcement the fields that do not depend on files: step, offset, lineage, metrics,
   *     settings
   * @param probe training's outputs for one batch, with the weights of the state
   * @param poisoned the places of samples that poisoned steps since the last announcement
   */
  public record CheckpointDraft(
      Checkpoint announcement,
      LearnerState state,
      Probe probe,
      List<OriginalRecords.PoisonedPlace> poisoned) {
    public CheckpointDraft {
      poisoned = List.copyOf(poisoned);
    }
  }
}

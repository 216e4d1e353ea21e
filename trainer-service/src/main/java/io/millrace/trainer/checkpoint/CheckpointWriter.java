package io.millrace.trainer.checkpoint;

import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.StoredFile;
import io.millrace.schemas.proto.TrainProgress;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.trainer.graph.TrainableGraph;
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
 * Encodes, checks, stores and announces checkpoints beside the step loop, one at a time. Used by
 * the step loop's thread; owns a thread, the announcer and what it publishes.
 */
public final class CheckpointWriter implements AutoCloseable {
  public static final String MODEL = "model.onnx";
  public static final String OPTIMIZER = "optimizer.bin";

  private final TrainableGraph graph;
  private final CheckpointStore store;
  private final Announcer announcer;
  private final Parity parity;
  private final Retention retention;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "millrace-checkpoints"));
  private final AtomicReference<@Nullable TrainProgress> progress = new AtomicReference<>();
  private CompletableFuture<Void> writing = CompletableFuture.completedFuture(null);
  private CompletableFuture<Void> reporting = CompletableFuture.completedFuture(null);

  public CheckpointWriter(
      TrainableGraph graph,
      CheckpointStore store,
      Announcer announcer,
      double parityTolerance,
      Retention retention) {
    this.graph = graph;
    this.store = store;
    this.announcer = announcer;
    this.parity = new Parity(parityTolerance);
    this.retention = retention;
  }

  /** Whether a checkpoint is still being written. */
  public boolean isBusy() {
    requireSound();
    return !writing.isDone();
  }

  /**
   * Begins to write; not to be called while {@link #isBusy}.
   *
   * @throws RuntimeException why an earlier one could not be written
   */
  public void write(Draft draft) {
    requireSound();
    writing = CompletableFuture.runAsync(() -> store(draft), thread);
  }

  /** Waits for the one being written, if any; throws why it could not be. */
  public void finish() {
    try {
      writing.join();
    } catch (CompletionException e) {
      throw cause(e);
    }
  }

  /** Publishes where training stands, when there is time; only the latest counts. */
  public void report(TrainProgress latest) {
    requireSound();
    progress.set(latest);
    reporting =
        reporting.thenRunAsync(
            () -> {
              TrainProgress due = progress.getAndSet(null);
              if (due != null) {
                announcer.report(due);
              }
            },
            thread);
  }

  private void requireSound() {
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

  private void store(Draft draft) {
    byte[] model = graph.write(draft.state().weights());
    double difference = parity.check(model, draft.probe());
    CheckpointId id = announcer.idAt(draft.announcement().getStep());
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(MODEL, model);
    files.put(OPTIMIZER, draft.state().optimizerBytes());
    List<StoredFile> stored = store.publish(id.text(), files);
    Checkpoint checkpoint =
        draft.announcement().toBuilder()
            .setId(id.text())
            .setModel(stored.get(0))
            .setOptimizerState(stored.get(1))
            .setParityMaxDifference(difference)
            .setProducerEpoch(id.producerEpoch())
            .setWeightsSha256(WeightsHash.of(draft.state()))
            .build();
    announcer.announce(checkpoint, draft.setAside());
    retention.onAnnounced(checkpoint);
  }

  /** Ends after the checkpoint that is being written. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(3, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
    announcer.close();
  }
}

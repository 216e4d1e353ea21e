package io.millrace.eval.intake;

import io.millrace.eval.metrics.Baselines;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.Rows;
import java.util.Collection;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The queue from the polling thread to the scoring thread, and the pool of eval batches.
 * Thread-safe.
 */
public final class Deliveries {
  /**
   * One is being filled, one is being scored, and two wait, so that neither thread waits for the
   * other.
   */
  private static final int BATCHES = 4;

  private static final int WAITING = 8;
  private static final long POLL_MS = 50;

  private final BlockingQueue<Delivery> waiting = new ArrayBlockingQueue<>(WAITING);
  private final BlockingQueue<EvalBatch> free = new ArrayBlockingQueue<>(BATCHES);
  private volatile boolean ended;

  public Deliveries(PipelineConfig config) {
    int capacity = config.evaluation().perDeviceEvalBatchSize();
    for (int i = 0; i < BATCHES; i++) {
      Rows rows = new Rows(InputSpec.of(config.features()), capacity);
      free.add(new EvalBatch(rows, Baselines.of(config.model(), config.label(), capacity)));
    }
  }

  /** Blocks while the queue is full; false once closed. */
  boolean put(Delivery delivery) {
    try {
      while (!ended) {
        if (waiting.offer(delivery, POLL_MS, TimeUnit.MILLISECONDS)) {
          return true;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  /** An empty batch; blocks while there is none. Null once closed. */
  @Nullable EvalBatch takeFree() {
    try {
      while (!ended) {
        EvalBatch batch = free.poll(POLL_MS, TimeUnit.MILLISECONDS);
        if (batch != null) {
          return batch;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return null;
  }

  /** The next delivery, or null if none arrived within this time. */
  public @Nullable Delivery poll(long nanos) throws InterruptedException {
    return waiting.poll(nanos, TimeUnit.NANOSECONDS);
  }

  public boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Returns a batch to the pool. */
  public void release(EvalBatch batch) {
    batch.clear();
    free.add(batch);
  }

  /** Ends deliveries. Partitions whose revocation is in the queue count as released. */
  public void close() {
    ended = true;
    for (Delivery left = waiting.poll(); left != null; left = waiting.poll()) {
      if (left instanceof Delivery.Revoked revoked) {
        revoked.done().complete(null);
      }
    }
  }

  /**
   * A message from the polling thread to the scoring thread.
   *
   * <p>Each belongs to an epoch. A lost transaction begins a new epoch: everything polled before is
   * dropped, and polling resumes at the committed offsets.
   */
  public sealed interface Delivery {
    int epoch();

    /** A partition was assigned to this instance; its records follow from this offset on. */
    record Assigned(int epoch, TopicPartition partition, long offset, String metadata, long lost)
        implements Delivery {}

    /** Records up to offset {@code to} (exclusive) were deleted before they were read. */
    record Lost(int epoch, TopicPartition partition, long to) implements Delivery {}

    /** Decoded records; the receiver releases the batch. */
    record Filled(int epoch, EvalBatch batch) implements Delivery {}

    /**
     * Partitions are about to be assigned to another instance, or have been: commit if possible,
     * then release them.
     */
    record Revoked(int epoch, Collection<TopicPartition> partitions, CompletableFuture<Void> done)
        implements Delivery {}
  }
}

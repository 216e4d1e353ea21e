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
 * What goes from the polling thread to the scoring thread, in order, and the eval batches that go
 * back.
 */
public final class Deliveries {
  /** One is filled, one is scored, and two wait, so that neither thread waits for the other. */
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

  /** Blocks while there is no room; false once nobody takes deliveries any more. */
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

  /** An empty batch; blocks while there is none. Null once nobody takes deliveries any more. */
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

  /** The next one, or null if there was none for so long. */
  public @Nullable Delivery poll(long nanos) throws InterruptedException {
    return waiting.poll(nanos, TimeUnit.NANOSECONDS);
  }

  public boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** A batch that is done with. */
  public void release(EvalBatch batch) {
    batch.clear();
    free.add(batch);
  }

  /** Nothing is taken any more; whoever waits to let go of partitions need not. */
  public void close() {
    ended = true;
    for (Delivery left = waiting.poll(); left != null; left = waiting.poll()) {
      if (left instanceof Delivery.Revoked revoked) {
        revoked.done().complete(null);
      }
    }
  }

  /**
   * What the polling thread hands to the scoring thread, in order.
   *
   * <p>Each belongs to an epoch. A lost transaction begins a new one: what was polled before is
   * dropped, and polling goes on from the committed offsets.
   */
  public sealed interface Delivery {
    int epoch();

    /** A partition was given to this instance; its records follow from the offset on. */
    record Assigned(int epoch, TopicPartition partition, long offset, String metadata, long lost)
        implements Delivery {}

    /** Offsets up to {@code to} (exclusive) are gone unread. */
    record Lost(int epoch, TopicPartition partition, long to) implements Delivery {}

    /** Records, decoded; the batch is to be given back. */
    record Filled(int epoch, EvalBatch batch) implements Delivery {}

    /**
     * Partitions are about to go to another instance, or have gone: commit if that can be, let go.
     */
    record Revoked(int epoch, Collection<TopicPartition> partitions, CompletableFuture<Void> done)
        implements Delivery {}
  }
}

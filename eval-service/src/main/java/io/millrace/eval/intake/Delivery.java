package io.millrace.eval.intake;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;

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

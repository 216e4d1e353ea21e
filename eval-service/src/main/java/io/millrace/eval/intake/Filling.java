package io.millrace.eval.intake;

import io.millrace.schemas.config.PipelineConfig;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The eval batch that is being filled. It is handed over when it is full, when its first record has
 * waited {@code evaluation.batch_max_wait}, or when something else is delivered. Confined to the
 * polling thread.
 */
final class Filling {
  private final Intake intake;
  private final Deliveries deliveries;
  private final long maxWaitNanos;
  private @Nullable EvalBatch batch;
  private int epoch;
  private long openedNanos;

  Filling(PipelineConfig config, Deliveries deliveries) {
    this.intake = new Intake(config);
    this.deliveries = deliveries;
    this.maxWaitNanos = config.evaluation().batchMaxWait().toNanos();
  }

  /**
   * Takes records of a partition; blocks while all batches wait to be scored.
   *
   * @param inEpoch in which they were polled
   * @return false once nobody takes deliveries any more
   */
  boolean take(
      TopicPartition partition, List<ConsumerRecord<byte[], ByteBuffer>> records, int inEpoch) {
    for (ConsumerRecord<byte[], ByteBuffer> record : records) {
      EvalBatch filling = batch == null ? begin(inEpoch) : batch;
      if (filling == null) {
        return false;
      }
      intake.take(record, partition, filling);
      if (filling.isFull() && !handOver()) {
        return false;
      }
    }
    return true;
  }

  private @Nullable EvalBatch begin(int inEpoch) {
    batch = deliveries.takeFree();
    epoch = inEpoch;
    openedNanos = System.nanoTime();
    return batch;
  }

  /** How long the next poll may take. */
  Duration patience(Duration atMost) {
    if (batch == null) {
      return atMost;
    }
    long nanos = Math.max(0, maxWaitNanos - (System.nanoTime() - openedNanos));
    return nanos < atMost.toNanos() ? Duration.ofNanos(nanos) : atMost;
  }

  boolean isDue() {
    return batch != null && System.nanoTime() - openedNanos >= maxWaitNanos;
  }

  /** Delivers what there is; false once nobody takes deliveries any more. */
  boolean handOver() {
    EvalBatch filled = batch;
    batch = null;
    return filled == null || deliveries.put(new Deliveries.Delivery.Filled(epoch, filled));
  }
}

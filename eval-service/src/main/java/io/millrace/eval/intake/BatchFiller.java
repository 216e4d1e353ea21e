package io.millrace.eval.intake;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.time.Clock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Fills eval batches. A batch is delivered when it is full, when its first record has waited {@code
 * evaluation.batch_max_wait}, or when anything else is delivered. Confined to the polling thread.
 */
final class BatchFiller {
  private final RecordDecoder decoder;
  private final Deliveries deliveries;
  private final Clock clock;
  private final long maxWaitNanos;
  private @Nullable EvalBatch batch;
  private int epoch;
  private long openedNanos;

  BatchFiller(PipelineConfig config, Deliveries deliveries, Clock clock) {
    this.decoder = new RecordDecoder(config);
    this.deliveries = deliveries;
    this.clock = clock;
    this.maxWaitNanos = config.evaluation().batchMaxWait().toNanos();
  }

  /**
   * Adds records of a partition; blocks while all batches are waiting to be scored.
   *
   * @param inEpoch the epoch in which they were polled
   * @return false once deliveries are closed
   */
  boolean add(
      TopicPartition partition, List<ConsumerRecord<byte[], ByteBuffer>> records, int inEpoch) {
    for (ConsumerRecord<byte[], ByteBuffer> record : records) {
      EvalBatch filling = batch == null ? open(inEpoch) : batch;
      if (filling == null) {
        return false;
      }
      decoder.decodeInto(record, partition, filling);
      if (filling.isFull() && !flush()) {
        return false;
      }
    }
    return true;
  }

  private @Nullable EvalBatch open(int inEpoch) {
    batch = deliveries.takeFree();
    epoch = inEpoch;
    openedNanos = clock.nanos();
    return batch;
  }

  /** The longest time that the next poll may take. */
  Duration pollTimeout(Duration atMost) {
    if (batch == null) {
      return atMost;
    }
    long nanos = Math.max(0, maxWaitNanos - (clock.nanos() - openedNanos));
    return nanos < atMost.toNanos() ? Duration.ofNanos(nanos) : atMost;
  }

  boolean isDue() {
    return batch != null && clock.nanos() - openedNanos >= maxWaitNanos;
  }

  /** Delivers the batch, if there is one; false once deliveries are closed. */
  boolean flush() {
    EvalBatch filled = batch;
    batch = null;
    return filled == null || deliveries.put(new Deliveries.Delivery.Filled(epoch, filled));
  }
}

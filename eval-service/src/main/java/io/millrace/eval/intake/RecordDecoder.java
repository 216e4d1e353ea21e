package io.millrace.eval.intake;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.Holdout;
import io.millrace.schemas.features.SampleDecoder;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.topics.Origin;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Decodes records into rows, and finds which samples are held out. Confined to one thread. */
public final class RecordDecoder {
  private final SampleDecoder decoder;
  private final Holdout holdout;

  public RecordDecoder(PipelineConfig config) {
    this.decoder = new SampleDecoder(config);
    this.holdout = new Holdout(config.holdout());
  }

  /** Decodes a record of the partition into the batch, which must not be full. */
  void decodeInto(
      ConsumerRecord<byte[], ByteBuffer> record, TopicPartition partition, EvalBatch batch) {
    int row = batch.next();
    boolean sample = decode(record, batch.rows, row);
    boolean heldOut = sample && isHeldOut(record, batch.rows, row);
    batch.add(partition, record.offset(), record.timestamp(), !sample, heldOut);
  }

  /** Decodes a record into the row; false if it is not a sample. */
  boolean decode(ConsumerRecord<byte[], ByteBuffer> record, Rows rows, int row) {
    @Nullable ByteBuffer value = record.value();
    long timestampMs = record.timestamp();
    if (value == null) {
      return decoder.decode(null, timestampMs, rows, row) == null;
    }
    if (!value.hasArray()) {
      byte[] copy = new byte[value.remaining()];
      value.get(value.position(), copy);
      return decoder.decode(copy, timestampMs, rows, row) == null;
    }
    int start = value.arrayOffset() + value.position();
    return decoder.decode(value.array(), start, value.remaining(), timestampMs, rows, row) == null;
  }

  boolean isHeldOut(ConsumerRecord<byte[], ByteBuffer> record, Rows rows, int row) {
    Origin origin =
        Origin.of(record.headers(), record.topic(), record.partition(), record.offset());
    return holdout.includes(
        record.key(), rows.holdoutHash(row), origin.partition(), origin.offset());
  }

  /** Empty rows of the shape that this decoder fills. */
  public Rows rows(int capacity) {
    return decoder.rows(capacity);
  }
}

package io.millrace.eval.scoring;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.Rows;
import io.millrace.schemas.features.SampleDecoder;
import io.millrace.schemas.holdout.Holdout;
import io.millrace.schemas.topics.Origin;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Records to rows: what is a sample, what a repeat, what held out. Confined to one thread. */
final class Intake {
  private final SampleDecoder decoder;
  private final Holdout holdout;
  private final ScoringMeters meters;

  Intake(PipelineConfig config, ScoringMeters meters) {
    this.decoder = new SampleDecoder(config);
    this.holdout = new Holdout(config.holdout());
    this.meters = meters;
  }

  /** Takes a record of the partition into the batch, which has room, or counts why not. */
  void take(ConsumerRecord<byte[], byte[]> record, PartitionState state, EvalBatch batch) {
    int row = batch.next();
    state.onConsumed(record.offset(), record.timestamp());
    if (!decode(record, batch.rows, row)) {
      exclude(state, Exclusion.REJECTED);
      return;
    }
    if (isRepeat(state, batch.rows.idHash(row), record.offset())) {
      exclude(state, Exclusion.REPEAT);
      return;
    }
    batch.add(state, record.offset(), record.timestamp(), isHeldOut(record, batch.rows, row));
  }

  private void exclude(PartitionState state, Exclusion reason) {
    state.onExcluded(reason);
    meters.onExcluded(reason);
  }

  /** Whether the record is a sample; then the row is filled. */
  boolean decode(ConsumerRecord<byte[], byte[]> record, Rows rows, int row) {
    return decoder.decode(record.value(), record.timestamp(), rows, row) == null;
  }

  static boolean isRepeat(PartitionState state, long idHash, long offset) {
    return state.ids != null && state.ids.isRepeat(idHash, offset);
  }

  boolean isHeldOut(ConsumerRecord<byte[], byte[]> record, Rows rows, int row) {
    Origin origin =
        Origin.of(record.headers(), record.topic(), record.partition(), record.offset());
    return holdout.includes(
        record.key(), rows.holdoutHash(row), origin.partition(), origin.offset());
  }

  /** Room for samples, as the decoder fills it. */
  Rows rows(int capacity) {
    return decoder.rows(capacity);
  }
}

package io.millrace.demo;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.Holdout;
import io.millrace.schemas.features.SampleDecoder;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.Rejection;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.features.rows.TrainBatchReader;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.proto.DeadLetter.Reason;
import io.millrace.schemas.topics.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The ledger of all partitions, filled record by record. Confined to one thread. */
final class SampleLedger {
  private final SampleDecoder decoder;
  private final Rows row;
  private final Holdout holdout;
  private final TrainBatchReader batches;
  private final Map<Integer, PartitionLedger> partitions = new TreeMap<>();
  private final List<Long> eventTimesMs = new ArrayList<>();
  private long unreadable;

  SampleLedger(PipelineConfig pipeline) {
    this.decoder = new SampleDecoder(pipeline);
    this.row = decoder.rows(1);
    this.holdout = new Holdout(pipeline.holdout());
    this.batches = new TrainBatchReader(InputSpec.of(pipeline.features()));
  }

  /** A record of the samples' topic. */
  void onSample(ConsumerRecord<byte[], byte[]> record) {
    PartitionLedger partition = partition(record.partition());
    Rejection rejection = decoder.decode(record.value(), record.timestamp(), row, 0);
    if (rejection != null) {
      partition.onUnfit(record.offset(), record.timestamp(), rejection.reason());
      return;
    }
    Origin origin =
        Origin.of(record.headers(), record.topic(), record.partition(), record.offset());
    partition.onSample(
        record.offset(),
        record.timestamp(),
        holdout.includes(record.key(), row.holdoutHash(0), origin.partition(), origin.offset()));
    eventTimesMs.add(row.eventTimeMs(0));
  }

  /** A record of the train log. */
  void onTrainLog(ConsumerRecord<byte[], byte[]> record) {
    if (batches.read(record.value()) instanceof TrainBatchReader.Read.Batch batch) {
      TrainBatchView view = batch.view();
      PartitionLedger partition = partition(view.partition().partition());
      for (int i = 0; i < view.size(); i++) {
        partition.onTrainLog(view.offset(i), record.offset());
      }
    } else {
      unreadable++;
    }
  }

  void onDeadLetter(DeadLetter letter) {
    partition(letter.getPartition()).onDeadLetter(letter.getOffset(), letter.getReason());
  }

  PartitionLedger partition(int number) {
    return partitions.computeIfAbsent(number, PartitionLedger::new);
  }

  List<LedgerTotals> accounts(long trainedTo) {
    return partitions.values().stream().map(partition -> partition.account(trainedTo)).toList();
  }

  List<Integer> partitionNumbers() {
    return List.copyOf(partitions.keySet());
  }

  /** How many records of the train log are not train batches of this pipeline. */
  long unreadable() {
    return unreadable;
  }

  /** The event time of the n-th sample, counted from 1, in the order of event times; epoch ms. */
  java.util.OptionalLong eventTimeMs(long n) {
    return eventTimesMs.stream().mapToLong(Long::longValue).sorted().skip(n - 1).findFirst();
  }

  /**
   * How the records of one partition, or of all partitions, are divided. Immutable.
   *
   * @param partition -1: all partitions
   * @param waiting not yet in a batch that training has consumed, nor held out, nor rejected
   * @param wrong in two places that exclude each other, or twice in one place
   * @param reasons the rejected records, by reason
   */
  record LedgerTotals(
      int partition,
      long produced,
      long trained,
      long heldOut,
      long rejected,
      long waiting,
      long wrong,
      Map<Reason, Long> reasons) {
    LedgerTotals {
      reasons = Map.copyOf(reasons);
    }

    static LedgerTotals sum(List<LedgerTotals> parts) {
      Map<Reason, Long> reasons = new TreeMap<>();
      parts.forEach(part -> part.reasons.forEach((why, n) -> reasons.merge(why, n, Long::sum)));
      return new LedgerTotals(
          -1,
          parts.stream().mapToLong(LedgerTotals::produced).sum(),
          parts.stream().mapToLong(LedgerTotals::trained).sum(),
          parts.stream().mapToLong(LedgerTotals::heldOut).sum(),
          parts.stream().mapToLong(LedgerTotals::rejected).sum(),
          parts.stream().mapToLong(LedgerTotals::waiting).sum(),
          parts.stream().mapToLong(LedgerTotals::wrong).sum(),
          reasons);
    }

    /** Whether each record is in exactly one place. */
    boolean isBalanced() {
      return waiting == 0 && wrong == 0 && trained + heldOut + rejected == produced;
    }

    @Override
    public String toString() {
      return "%s: %d produced, %d trained, %d held out, %d rejected, %d waiting, %d in wrong places"
          .formatted(
              partition < 0 ? "all partitions" : "partition " + partition,
              produced,
              trained,
              heldOut,
              rejected,
              waiting,
              wrong);
    }
  }
}

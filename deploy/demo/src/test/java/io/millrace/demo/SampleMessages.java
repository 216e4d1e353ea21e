package io.millrace.demo;

import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.Histogram;
import io.millrace.schemas.proto.Lineage;
import io.millrace.schemas.proto.PartitionOffset;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.Sums;

/** Messages of the services, written by hand. */
final class SampleMessages {
  private SampleMessages() {}

  /**
   * @param nextOffsets of partitions 0, 1, ...
   */
  static Checkpoint checkpoint(String id, long step, long trainLogOffset, long... nextOffsets) {
    Lineage.Builder lineage = Lineage.newBuilder();
    for (int partition = 0; partition < nextOffsets.length; partition++) {
      lineage.addPartitions(
          PartitionOffset.newBuilder()
              .setTopic("flights.arrivals")
              .setTopicId("topic-id")
              .setPartition(partition)
              .setOffset(nextOffsets[partition]));
    }
    return Checkpoint.newBuilder()
        .setId(id)
        .setStep(step)
        .setTrainLogOffset(trainLogOffset)
        .setLineage(lineage)
        .build();
  }

  /** Of so many samples, half of them positive, that are ranked without a mistake, or all wrong. */
  static Sums sums(long count, boolean right) {
    Histogram high = Histogram.newBuilder().addBins(10).addWeights(count / 2.0).build();
    Histogram low = Histogram.newBuilder().addBins(-10).addWeights(count / 2.0).build();
    return Sums.newBuilder()
        .setCount(count)
        .setWeight(count)
        .setPositives(right ? high : low)
        .setNegatives(right ? low : high)
        .setStaleness(Histogram.newBuilder().addBins(3).addWeights(count))
        .build();
  }

  /**
   * @param checkpoint empty: the online series
   */
  static Evaluation evaluation(String checkpoint, ScoreKind kind, long windowStartMs, Sums sums) {
    return Evaluation.newBuilder()
        .setCheckpointId(checkpoint)
        .setOnline(checkpoint.isEmpty())
        .setKind(kind)
        .setWindowStartMs(windowStartMs)
        .setSums(sums)
        .build();
  }

  /** As the evaluations' topic has it. */
  static String key(Evaluation evaluation) {
    return "%s/%s/%d"
        .formatted(
            evaluation.getCheckpointId().isEmpty() ? "online" : evaluation.getCheckpointId(),
            evaluation.getKind(),
            evaluation.getWindowStartMs());
  }
}

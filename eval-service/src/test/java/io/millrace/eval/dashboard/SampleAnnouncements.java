package io.millrace.eval.dashboard;

import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Lineage;
import io.millrace.schemas.proto.PartitionOffset;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.proto.SettingsEpoch;
import io.millrace.schemas.proto.StoredFile;
import io.millrace.schemas.proto.TrainMetrics;

/** Messages as the trainer, the judge and scoring write them. */
public final class SampleAnnouncements {
  static final String TOPIC = "flights.arrivals";
  static final String TOPIC_ID = "3q2-7wAAAAAAAAAAAAAAAA";

  private SampleAnnouncements() {}

  public static String id(long step) {
    return "%012d-7.0".formatted(step);
  }

  /** A checkpoint that has seen so many samples of each of two partitions. */
  public static Checkpoint checkpoint(long step, long seen) {
    Lineage.Builder lineage = Lineage.newBuilder();
    for (int partition = 0; partition < 2; partition++) {
      lineage.addPartitions(
          PartitionOffset.newBuilder()
              .setTopic(TOPIC)
              .setTopicId(TOPIC_ID)
              .setPartition(partition)
              .setOffset(seen));
    }
    return Checkpoint.newBuilder()
        .setId(id(step))
        .setPipeline("flights")
        .setStep(step)
        .setTrainLogOffset(step)
        .setSamplesTrained(step * 50)
        .setLineage(lineage)
        .setModel(StoredFile.newBuilder().setPath(id(step) + "/model.onnx").setSizeBytes(57_344))
        .setMetrics(
            TrainMetrics.newBuilder().setLoss(0.48 + 0.1 / (1 + step)).setLearningRate(0.003))
        .addSettingsHistory(SettingsEpoch.newBuilder().putSettings("batches_per_step", "1"))
        .build();
  }

  public static Promotion.Builder decision(Promotion.Decision decision, long step) {
    return Promotion.newBuilder()
        .setCheckpointId(id(step))
        .setDecision(decision)
        .setAtMs(System.currentTimeMillis())
        .setBy("test");
  }

  /** A report of scoring on a range of one partition. */
  public static ScoreSums report(int partition, long first, long firstMs, long last, long lastMs) {
    return ScoreSums.newBuilder()
        .setOnline(true)
        .setTopic(TOPIC)
        .setPartition(partition)
        .setFirstOffset(first)
        .setLastOffset(last)
        .setFirstTimestampMs(firstMs)
        .setLastTimestampMs(lastMs)
        .setConsumed(last - first + 1)
        .setScoredMs(lastMs)
        .build();
  }
}

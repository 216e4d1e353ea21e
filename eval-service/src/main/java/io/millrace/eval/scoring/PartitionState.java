package io.millrace.eval.scoring;

import io.millrace.eval.metrics.BaselineState;
import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.lineage.SamplePartition;
import io.millrace.schemas.proto.Excluded;
import io.millrace.schemas.proto.ScoreSums;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What scoring knows of one partition that it was given: where it stands, the labels so far, recent
 * ids and holdout samples, and the part of the ledger not yet committed. Confined to the scoring
 * thread.
 */
final class PartitionState {
  final SamplePartition partition;
  final BaselineState baselines;
  final Ring ring;
  final @Nullable RecentIds ids;
  private final long[] excluded = new long[Exclusion.values().length];
  private long consumed;
  private long nextOffset;
  private long eventTimeMs = Long.MIN_VALUE;

  /**
   * @param metadata of the committed offset; empty at the first start
   */
  PartitionState(
      SamplePartition partition,
      long nextOffset,
      String metadata,
      LabelConfig label,
      Ring ring,
      @Nullable RecentIds ids) {
    this.partition = partition;
    this.nextOffset = nextOffset;
    this.baselines =
        BaselineState.parse(
            label, metadata.substring(Math.min(metadata.length(), topicEnd(metadata))));
    this.ring = ring;
    this.ids = ids;
  }

  /** The topic id in the metadata of a committed offset; empty where there is none. */
  static String topicId(String metadata) {
    return metadata.isEmpty() ? "" : metadata.substring(0, topicEnd(metadata) - 1);
  }

  private static int topicEnd(String metadata) {
    return metadata.indexOf(' ') + 1;
  }

  /** A record was read, whatever comes of it. */
  void onConsumed(long offset) {
    consumed++;
    nextOffset = offset + 1;
  }

  void onExcluded(Exclusion reason) {
    excluded[reason.ordinal()]++;
  }

  /**
   * Offsets up to {@code to} (exclusive) are gone unread.
   *
   * @return how many
   */
  long onLost(long to) {
    long count = to - nextOffset;
    consumed += count;
    excluded[Exclusion.LOST.ordinal()] += count;
    nextOffset = to;
    return count;
  }

  /** Empties ring and recent ids, to be filled again. */
  void forgetRecent() {
    ring.clear();
    if (ids != null) {
      ids.clear();
    }
  }

  void onEventTime(long timeMs) {
    eventTimeMs = Math.max(eventTimeMs, timeMs);
  }

  boolean hasReport() {
    return consumed > 0;
  }

  /** The partition's report since the one before. */
  ScoreSums.Builder report(long nowMs) {
    ScoreSums.Builder report =
        ScoreSums.newBuilder()
            .setTopic(partition.topic())
            .setPartition(partition.partition())
            .setConsumed(consumed)
            .setOnline(true)
            .setScoredMs(nowMs);
    if (eventTimeMs != Long.MIN_VALUE) {
      report.setPartitionEventTimeMs(eventTimeMs);
    }
    for (Exclusion reason : Exclusion.values()) {
      if (excluded[reason.ordinal()] > 0) {
        report.addExcluded(
            Excluded.newBuilder().setReason(reason.word()).setCount(excluded[reason.ordinal()]));
      }
    }
    return report;
  }

  long eventTimeMs() {
    return eventTimeMs;
  }

  long excluded(Exclusion reason) {
    return excluded[reason.ordinal()];
  }

  long consumed() {
    return consumed;
  }

  /** What to commit: where to go on, and the state to go on with. */
  OffsetAndMetadata position() {
    return new OffsetAndMetadata(nextOffset, partition.topicId() + " " + baselines);
  }

  /** The report is committed. */
  void onCommitted() {
    consumed = 0;
    java.util.Arrays.fill(excluded, 0);
  }
}

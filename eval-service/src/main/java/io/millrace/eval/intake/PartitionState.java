package io.millrace.eval.intake;

import io.millrace.eval.lineup.AnnouncedCheckpoint;
import io.millrace.eval.metrics.BaselineState;
import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.lineage.SamplePartition;
import io.millrace.schemas.proto.Excluded;
import io.millrace.schemas.proto.ScoreSums;
import java.util.EnumMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The state of one assigned partition: the next offset, the labels so far, recent ids, the ring of
 * holdout samples, and the part of the ledger that was not passed to a commit yet. Confined to the
 * scoring thread.
 */
public final class PartitionState {
  public final SamplePartition partition;
  public final BaselineState baselines;
  public final Ring ring;
  final @Nullable RecentIds ids;
  private final Map<Exclusion, Long> excluded = new EnumMap<>(Exclusion.class);
  private long consumed;
  private long firstOffset;
  private long firstTimestampMs;
  private long lastTimestampMs;
  private long nextOffset;
  private long eventTimeMs = Long.MIN_VALUE;

  /**
   * @param metadata of the committed offset; empty at the first start
   */
  public PartitionState(
      SamplePartition partition,
      long nextOffset,
      String metadata,
      LabelConfig label,
      Ring ring,
      @Nullable RecentIds ids) {
    this.partition = partition;
    this.nextOffset = nextOffset;
    this.baselines = BaselineState.of(label, OffsetMetadata.parse(metadata).getLabels());
    this.ring = ring;
    this.ids = ids;
  }

  /** A record was read, whether or not it is scored. */
  void onConsumed(long offset, long timestampMs) {
    if (consumed == 0) {
      firstOffset = offset;
      firstTimestampMs = timestampMs;
    }
    lastTimestampMs = timestampMs;
    consumed++;
    nextOffset = offset + 1;
  }

  /** Whether a recent sample had the same id. Call it once per sample, in the order of offsets. */
  boolean isRepeat(long idHash, long offset) {
    return ids != null && ids.isRepeat(idHash, offset);
  }

  public void onExcluded(Exclusion reason) {
    excluded.merge(reason, 1L, Long::sum);
  }

  /**
   * Counts the records up to offset {@code to} (exclusive), which were deleted before they were
   * read.
   *
   * @return their number
   */
  public long onLost(long to) {
    long count = to - nextOffset;
    firstOffset = consumed == 0 ? nextOffset : firstOffset;
    consumed += count;
    excluded.merge(Exclusion.LOST, count, Long::sum);
    nextOffset = to;
    return count;
  }

  /** Empties the ring and the recent ids. */
  void clearRecent() {
    ring.clear();
    if (ids != null) {
      ids.clear();
    }
  }

  /** Whether the ring has a sample from before the checkpoint's lineage. */
  public boolean ringHolds(AnnouncedCheckpoint announced) {
    return ring.holdsBefore(announced.lineage().nextOffset(partition));
  }

  public void onEventTime(long timeMs) {
    eventTimeMs = Math.max(eventTimeMs, timeMs);
  }

  public boolean hasReport() {
    return consumed > 0;
  }

  /** The partition's report: the ledger since the previous report. */
  public ScoreSums.Builder report(long nowMs) {
    ScoreSums.Builder report =
        ScoreSums.newBuilder()
            .setTopic(partition.topic())
            .setPartition(partition.partition())
            .setConsumed(consumed)
            .setFirstOffset(firstOffset)
            .setLastOffset(nextOffset - 1)
            .setFirstTimestampMs(firstTimestampMs)
            .setLastTimestampMs(lastTimestampMs)
            .setOnline(true)
            .setScoredMs(nowMs);
    if (eventTimeMs != Long.MIN_VALUE) {
      report.setPartitionEventTimeMs(eventTimeMs);
    }
    excluded.forEach(
        (reason, count) ->
            report.addExcluded(Excluded.newBuilder().setReason(reason.word()).setCount(count)));
    return report;
  }

  public long eventTimeMs() {
    return eventTimeMs;
  }

  /** The offset to resume at and the state to resume with, for a commit. */
  public OffsetAndMetadata position() {
    return new OffsetAndMetadata(nextOffset, OffsetMetadata.of(partition.topicId(), baselines));
  }

  /** The report was passed to a commit. */
  public void onReported() {
    consumed = 0;
    firstTimestampMs = 0;
    excluded.clear();
  }
}

package io.millrace.schemas.lineage;

import io.millrace.schemas.proto.PartitionOffset;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Per partition of the samples, the offset below which samples count as seen in training.
 * Immutable.
 *
 * <p>A sample that trained nothing (held out, rejected, or still in an open batch) may count as
 * seen. A sample that trained never counts as unseen: the train batches of a partition are in the
 * log in the order of its offsets.
 */
public record Lineage(SortedMap<SamplePartition, Long> nextOffsets) {
  /** No sample has been seen. */
  public static final Lineage EMPTY = new Lineage(new TreeMap<>());

  public Lineage {
    nextOffsets = Collections.unmodifiableSortedMap(new TreeMap<>(nextOffsets));
    nextOffsets.forEach(
        (partition, offset) -> {
          if (offset < 0) {
            throw new IllegalArgumentException(
                "lineage of " + partition + " is " + offset + ", must be >= 0");
          }
        });
  }

  /** The first offset of the partition that may not have trained; 0 for an unknown partition. */
  public long nextOffset(SamplePartition partition) {
    return nextOffsets.getOrDefault(partition, 0L);
  }

  /** Whether the sample at this offset may have trained. */
  public boolean hasSeen(SamplePartition partition, long offset) {
    return offset < nextOffset(partition);
  }

  /** This lineage, extended to everything below {@code nextOffset}. It never shrinks. */
  public Lineage with(SamplePartition partition, long nextOffset) {
    if (nextOffset <= nextOffset(partition)) {
      return this;
    }
    SortedMap<SamplePartition, Long> grown = new TreeMap<>(nextOffsets);
    grown.put(partition, nextOffset);
    return new Lineage(grown);
  }

  /** The samples that either of the two may have seen. */
  public Lineage union(Lineage other) {
    Lineage both = this;
    for (Map.Entry<SamplePartition, Long> entry : other.nextOffsets.entrySet()) {
      both = both.with(entry.getKey(), entry.getValue());
    }
    return both;
  }

  public io.millrace.schemas.proto.Lineage toProto() {
    var proto = io.millrace.schemas.proto.Lineage.newBuilder();
    nextOffsets.forEach(
        (partition, offset) ->
            proto.addPartitions(
                PartitionOffset.newBuilder()
                    .setTopic(partition.topic())
                    .setTopicId(partition.topicId())
                    .setPartition(partition.partition())
                    .setOffset(offset)));
    return proto.build();
  }

  /**
   * @throws IllegalArgumentException if an offset is negative
   */
  public static Lineage fromProto(io.millrace.schemas.proto.Lineage proto) {
    SortedMap<SamplePartition, Long> offsets = new TreeMap<>();
    for (PartitionOffset place : proto.getPartitionsList()) {
      offsets.merge(
          new SamplePartition(place.getTopic(), place.getTopicId(), place.getPartition()),
          place.getOffset(),
          Math::max);
    }
    return new Lineage(offsets);
  }
}

package io.millrace.eval.promotion;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.schemas.proto.Lineage;
import io.millrace.schemas.proto.PartitionOffset;
import io.millrace.schemas.proto.ScoreSums;
import java.util.Map;
import java.util.TreeMap;

/**
 * A challenger of which no pair has come yet, and how many samples it might have been scored on:
 * one that cannot be loaded must not keep its slot for ever. Immutable; stored as JSON under these
 * names.
 *
 * @param nextOffsets its lineage, by partition
 * @param passed samples beyond it that others were scored on
 */
public record Unscored(
    @JsonProperty("nextOffsets") Map<Integer, Long> nextOffsets,
    @JsonProperty("passed") long passed) {
  public Unscored {
    nextOffsets = Map.copyOf(nextOffsets);
  }

  static Unscored of(Lineage lineage) {
    Map<Integer, Long> offsets = new TreeMap<>();
    for (PartitionOffset place : lineage.getPartitionsList()) {
      offsets.merge(place.getPartition(), place.getOffset(), Math::max);
    }
    return new Unscored(offsets, 0);
  }

  Unscored after(ScoreSums sums) {
    boolean beyond = sums.getFirstOffset() >= nextOffsets.getOrDefault(sums.getPartition(), 0L);
    return beyond ? new Unscored(nextOffsets, passed + sums.getSums().getCount()) : this;
  }

  Unscored again() {
    return new Unscored(nextOffsets, 0);
  }
}

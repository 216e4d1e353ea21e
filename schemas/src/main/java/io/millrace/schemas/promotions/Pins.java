package io.millrace.schemas.promotions;

import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Checkpoint;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The checkpoints that the settings pin: by id, or by {@code step>=N}, the first one announced at
 * or after step N. Immutable.
 */
public record Pins(List<String> entries) {
  /** The allowed form of an entry. */
  public static final String ENTRY = "step>=[0-9]{1,18}|[A-Za-z0-9][A-Za-z0-9._-]*";

  private static final String FROM_STEP = "step>=";

  /**
   * @throws IllegalArgumentException if an entry is neither an id nor {@code step>=N}
   */
  public Pins {
    entries = List.copyOf(entries);
    for (String entry : entries) {
      if (!entry.matches(ENTRY) || CheckpointId.tryOf(entry).isEmpty()) {
        throw new IllegalArgumentException(
            "'" + entry + "' is neither a checkpoint's id nor like step>=1200");
      }
    }
  }

  /**
   * The ids that are pinned now. An id is pinned whether or not it was announced.
   *
   * @param announced in the order of their announcement
   */
  public Set<CheckpointId> ids(Collection<Checkpoint> announced) {
    Set<CheckpointId> ids = new HashSet<>();
    for (String entry : entries) {
      if (entry.startsWith(FROM_STEP)) {
        long step = Long.parseLong(entry.substring(FROM_STEP.length()));
        announced.stream()
            .filter(checkpoint -> checkpoint.getStep() >= step)
            .findFirst()
            .flatMap(first -> CheckpointId.tryOf(first.getId()))
            .ifPresent(ids::add);
      } else {
        ids.add(CheckpointId.of(entry));
      }
    }
    return ids;
  }
}

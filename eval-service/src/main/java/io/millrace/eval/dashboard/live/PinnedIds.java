package io.millrace.eval.dashboard.live;

import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.promotions.Pins;
import io.millrace.schemas.proto.Checkpoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The checkpoints that the settings pin, found when they are announced. An entry like {@code
 * step>=N} stays with the first match, even after its announcement was dropped from memory. Not
 * thread-safe.
 */
final class PinnedIds {
  private final List<Pins> open = new ArrayList<>();
  private final Set<CheckpointId> ids = new HashSet<>();

  PinnedIds(List<String> entries) {
    entries.forEach(entry -> open.add(new Pins(List.of(entry))));
    open.forEach(pin -> ids.addAll(pin.ids(List.of())));
  }

  void onAnnounced(Checkpoint checkpoint) {
    open.removeIf(
        pin -> {
          Set<CheckpointId> found = pin.ids(List.of(checkpoint));
          ids.addAll(found);
          return !found.isEmpty();
        });
  }

  Set<CheckpointId> ids() {
    return Set.copyOf(ids);
  }
}

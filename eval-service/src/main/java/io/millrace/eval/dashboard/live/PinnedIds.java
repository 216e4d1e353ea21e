package io.millrace.eval.dashboard.live;

import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.promotions.Pins;
import io.millrace.schemas.proto.Checkpoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The checkpoints that the settings pin, found as they are announced: which of them came first is
 * known here also when the others are long forgotten. Not thread-safe.
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

package io.millrace.eval.dashboard.live;

import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.promotions.InUse;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The role of each checkpoint. */
record CheckpointRoles(InUse inUse, Set<CheckpointId> pinned) {
  static final String ONLINE = "online";

  /**
   * online, champion, trial, replaced, pinned, or empty for none of these.
   *
   * @param checkpoint null for the online model
   */
  String of(@Nullable CheckpointId checkpoint) {
    if (checkpoint == null) {
      return ONLINE;
    }
    String id = checkpoint.text();
    if (id.equals(inUse.champion())) {
      return "champion";
    }
    if (inUse.onTrial().contains(id)) {
      return "trial";
    }
    if (pinned.contains(checkpoint)) {
      return "pinned";
    }
    return id.equals(inUse.replaced()) ? "replaced" : "";
  }
}

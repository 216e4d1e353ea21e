package io.millrace.eval.dashboard.live;

import io.millrace.schemas.promotions.InUse;
import java.util.Set;

/** What a checkpoint is there for at the moment. */
record CheckpointRoles(InUse inUse, Set<String> pinned) {
  static final String ONLINE = "online";

  /** online, champion, trial, replaced, pinned, or empty: none of these (any more). */
  String of(String checkpointId) {
    if (checkpointId.isEmpty()) {
      return ONLINE;
    }
    if (checkpointId.equals(inUse.champion())) {
      return "champion";
    }
    if (inUse.onTrial().contains(checkpointId)) {
      return "trial";
    }
    if (pinned.contains(checkpointId)) {
      return "pinned";
    }
    return checkpointId.equals(inUse.replaced()) ? "replaced" : "";
  }
}

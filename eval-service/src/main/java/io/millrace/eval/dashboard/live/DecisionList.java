package io.millrace.eval.dashboard.live;

import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.promotions.InUse;
import io.millrace.schemas.proto.Promotion;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The decisions and their result. Not thread-safe. */
final class DecisionList {
  private final Deque<DecisionView> timeline = new ArrayDeque<>();
  private final BoundedMap<CheckpointId, DecisionView> lastOf =
      new BoundedMap<>(2 * Bounds.CHECKPOINTS);
  private final Map<String, Long> counts = new HashMap<>();
  private InUse inUse = InUse.NONE;
  private @Nullable DecisionView inForceBy;
  private long version;

  /** One decision in the API. */
  record DecisionView(
      String decision,
      String checkpointId,
      String championId,
      String reason,
      String by,
      long atMs,
      long trial,
      double alpha,
      long count,
      int windows,
      double meanDifference,
      double lower,
      double upper,
      double clippedShare,
      boolean overtaken) {}

  void on(Promotion promotion, long version) {
    this.version = version;
    InUse after = inUse.after(promotion);
    boolean decidesForce =
        switch (promotion.getDecision()) {
          case PROMOTED, ROLLED_BACK, PROMOTED_BY_HAND, ROLLED_BACK_BY_HAND -> true;
          default -> false;
        };
    DecisionView view = view(promotion, decidesForce && after == inUse);
    if (decidesForce && after != inUse) {
      inForceBy = view;
    }
    inUse = after;
    counts.merge(view.decision(), 1L, Long::sum);
    CheckpointId.tryOf(view.checkpointId()).ifPresent(id -> lastOf.renew(id, view));
    if (promotion.getDecision() != Promotion.Decision.NOT_TRIED) {
      timeline.addFirst(view);
      if (timeline.size() > Bounds.PROMOTIONS) {
        timeline.removeLast();
      }
    }
  }

  private static DecisionView view(Promotion promotion, boolean overtaken) {
    return new DecisionView(
        ApiNames.lower(promotion.getDecision()),
        promotion.getCheckpointId(),
        promotion.getChampionId(),
        Bounds.cut(promotion.getReason()),
        Bounds.cut(promotion.getBy()),
        promotion.getAtMs(),
        promotion.getTrial(),
        promotion.getAlpha(),
        promotion.getCount(),
        promotion.getWindows(),
        promotion.getMeanDifference(),
        promotion.getLower(),
        promotion.getUpper(),
        promotion.getClippedShare(),
        overtaken);
  }

  InUse inUse() {
    return inUse;
  }

  /** The decision that put the champion in force. */
  @Nullable DecisionView inForceBy() {
    return inForceBy;
  }

  @Nullable DecisionView lastOf(CheckpointId id) {
    return lastOf.get(id);
  }

  /** The decisions, newest first, without "not tried". */
  List<DecisionView> timeline() {
    return new ArrayList<>(timeline);
  }

  /** The number of each kind of decision, over the whole topic. */
  Map<String, Long> counts() {
    return new java.util.TreeMap<>(counts);
  }

  long version() {
    return version;
  }
}

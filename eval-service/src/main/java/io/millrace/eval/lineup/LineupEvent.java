package io.millrace.eval.lineup;

import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Promotion;

/** What the checkpoints' and the promotions' topic tell. */
public sealed interface LineupEvent {
  record CheckpointAnnounced(AnnouncedCheckpoint announced) implements LineupEvent {}

  record CheckpointWithdrawn(CheckpointId id) implements LineupEvent {}

  record PromotionDecided(Promotion promotion) implements LineupEvent {}
}

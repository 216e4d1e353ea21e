package io.millrace.eval.lineup;

import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Promotion;

/** A change of the line-up, read from the topics of checkpoints and promotions. */
public sealed interface LineupEvent {
  record CheckpointAnnounced(AnnouncedCheckpoint announced) implements LineupEvent {}

  record CheckpointWithdrawn(CheckpointId id) implements LineupEvent {}

  record PromotionDecided(Promotion promotion) implements LineupEvent {}
}

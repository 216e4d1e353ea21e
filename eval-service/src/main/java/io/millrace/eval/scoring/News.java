package io.millrace.eval.scoring;

import io.millrace.schemas.proto.Promotion;

/** What the checkpoints' and the promotions' topic tell. */
sealed interface News {
  record CheckpointAnnounced(Announced announced) implements News {}

  record CheckpointWithdrawn(String id) implements News {}

  record PromotionDecided(Promotion promotion) implements News {}
}

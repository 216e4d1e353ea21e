package io.millrace.eval.promotion;

import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.Promotion.Decision;

/** Builds messages of decisions. */
final class DecisionWriter {
  static final String BY_TEST = "test";

  private DecisionWriter() {}

  static Promotion.Builder of(Decision decision, String id, String champion, String reason) {
    return Promotion.newBuilder()
        .setDecision(decision)
        .setCheckpointId(id)
        .setChampionId(champion)
        .setReason(reason)
        .setBy(BY_TEST);
  }

  /** Adds a trial's figures; the bounds stay 0 if there was no sample. */
  static Promotion.Builder with(Figures figures, Promotion.Builder promotion) {
    promotion
        .setTrial(figures.number())
        .setAlpha(figures.alpha())
        .setCount(figures.count())
        .setWindows(figures.windows())
        .setMeanDifference(figures.meanDifference())
        .setClippedShare(figures.clippedShare());
    if (figures.count() > 0) {
      promotion.setLower(figures.lower()).setUpper(figures.upper());
    }
    return promotion;
  }
}

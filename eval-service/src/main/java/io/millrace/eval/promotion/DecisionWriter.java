package io.millrace.eval.promotion;

import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.Promotion.Decision;

/** Writes decisions down. */
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

  /** With a trial's figures; bounds are left at 0 where there was no sample to bound by. */
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

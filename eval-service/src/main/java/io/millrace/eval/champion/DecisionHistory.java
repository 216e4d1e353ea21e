package io.millrace.eval.champion;

import io.millrace.schemas.promotions.InUse;
import io.millrace.schemas.proto.Promotion;
import java.util.Optional;

/**
 * The state of the promotions topic up to the last record read. Immutable.
 *
 * @param inUse the result of all decisions
 * @param offset of the decision that put the champion in force; -1 if there is none
 * @param decision that decision; empty if there is none
 */
public record DecisionHistory(InUse inUse, long offset, Optional<Promotion> decision) {
  public static final DecisionHistory NONE = new DecisionHistory(InUse.NONE, -1, Optional.empty());

  /** After one more decision, in the order of the topic. */
  public DecisionHistory after(Promotion promotion, long at) {
    InUse after = inUse.after(promotion);
    return after.champion().equals(inUse.champion())
        ? new DecisionHistory(after, offset, decision)
        : new DecisionHistory(after, at, Optional.of(promotion));
  }
}

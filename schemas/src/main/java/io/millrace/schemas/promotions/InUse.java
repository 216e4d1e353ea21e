package io.millrace.schemas.promotions;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.schemas.proto.Promotion;
import java.util.HashSet;
import java.util.Set;

/**
 * The checkpoints that decisions refer to. They are never deleted as long as they are listed here.
 * Immutable; stored as JSON under these names.
 *
 * @param champion empty if there is none
 * @param replaced the previous champion; empty if there is none
 */
public record InUse(
    @JsonProperty("champion") String champion,
    @JsonProperty("replaced") String replaced,
    @JsonProperty("onTrial") Set<String> onTrial) {
  public static final InUse NONE = new InUse("", "", Set.of());

  public InUse {
    onTrial = Set.copyOf(onTrial);
  }

  /**
   * The state after one more decision, in the order of their topic. A trial's decision about
   * another champion than the one in force was overtaken by a decision by hand, and is void.
   */
  public InUse after(Promotion promotion) {
    if (isVoid(promotion)) {
      return this;
    }
    String id = promotion.getCheckpointId();
    Set<String> trials = new HashSet<>(onTrial);
    return switch (promotion.getDecision()) {
      case TRIAL -> {
        trials.add(id);
        yield new InUse(champion, replaced, trials);
      }
      case PROMOTED, PROMOTED_BY_HAND, ROLLED_BACK, ROLLED_BACK_BY_HAND -> {
        trials.remove(id);
        yield new InUse(id, champion, trials);
      }
      case REJECTED, TIMED_OUT, NOT_TRIED -> {
        trials.remove(id);
        yield new InUse(champion, replaced, trials);
      }
      default -> this;
    };
  }

  private boolean isVoid(Promotion promotion) {
    return switch (promotion.getDecision()) {
      case PROMOTED, ROLLED_BACK -> !promotion.getChampionId().equals(champion);
      default -> false;
    };
  }

  public Set<String> ids() {
    Set<String> ids = new HashSet<>(onTrial);
    ids.add(champion);
    ids.add(replaced);
    ids.remove("");
    return ids;
  }
}

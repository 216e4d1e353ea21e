package io.millrace.schemas.promotions;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.Promotion.Decision;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InUseTest {
  @Test
  void decisionsAddUpToWhoIsInForceAndWhatItReplaced() {
    // given
    InUse none = InUse.NONE;

    // when
    InUse inUse =
        none.after(decision("a", "", Decision.TRIAL))
            .after(decision("a", "", Decision.PROMOTED))
            .after(decision("b", "a", Decision.TRIAL))
            .after(decision("c", "a", Decision.TRIAL))
            .after(decision("b", "a", Decision.PROMOTED));

    // then
    assertThat(inUse).isEqualTo(new InUse("b", "a", Set.of("c")));
  }

  @Test
  void decisionOfTheTestThatAHandOvertookIsVoid() {
    // given: b on trial against a, while c is promoted by hand
    InUse overtaken =
        InUse.NONE
            .after(decision("a", "", Decision.PROMOTED))
            .after(decision("b", "a", Decision.TRIAL))
            .after(decision("c", "a", Decision.PROMOTED_BY_HAND));

    // when
    InUse inUse = overtaken.after(decision("b", "a", Decision.PROMOTED));

    // then
    assertThat(inUse).isEqualTo(new InUse("c", "a", Set.of("b")));
  }

  private static Promotion decision(String id, String champion, Decision decision) {
    return Promotion.newBuilder()
        .setCheckpointId(id)
        .setChampionId(champion)
        .setDecision(decision)
        .build();
  }
}

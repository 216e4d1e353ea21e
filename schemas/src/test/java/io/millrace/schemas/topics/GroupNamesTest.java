package io.millrace.schemas.topics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GroupNamesTest {
  @Test
  void namesUnderWhichOffsetsAreStoredStayAsTheyWereReleased() {
    // given
    GroupNames names = new GroupNames("churn");

    // then
    assertThat(
            List.of(
                names.windowing(),
                names.beginning(),
                names.trainer(),
                names.scoring(),
                names.aggregation(),
                names.deadLetters()))
        .containsExactly(
            "churn-windowing",
            "churn-beginning",
            "churn-trainer",
            "churn-scoring",
            "churn-aggregation",
            "churn-dead-letters");
  }
}

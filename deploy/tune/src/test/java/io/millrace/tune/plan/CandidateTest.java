package io.millrace.tune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class CandidateTest {
  @Test
  void sizesArePowersOfTwoAndThePipelinesOwn() {
    assertThat(Candidate.batches(50, 128)).containsExactly(1, 2, 4, 8, 16, 32, 50, 64, 128);
    assertThat(Candidate.batches(500, 5)).containsExactly(1, 2, 4, 500);
    assertThat(Candidate.batches(1, 1)).containsExactly(1);
  }

  @Test
  void eachSizeGetsTheRateOfEachRuleAndThePipelinesOwnItsOwn() {
    // when
    List<Candidate> candidates = Candidate.of(List.of(50, 200), 50, 0.01);

    // then
    assertThat(candidates)
        .containsExactly(
            new Candidate(50, LearningRateRule.KEPT, 0.01),
            new Candidate(200, LearningRateRule.KEPT, 0.01),
            new Candidate(200, LearningRateRule.SQRT, 0.02),
            new Candidate(200, LearningRateRule.LINEAR, 0.04));
    assertThat(LearningRateRule.SQRT.rate(0.003, 50, 1))
        .isCloseTo(0.000424, Percentage.withPercentage(0.1));
  }
}

package io.millrace.bench.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class RivalsTest {
  @Test
  void bothRivalsTrainTheSameModelOnTheSameSamplesFromTheSameWeights() {
    // given
    BenchSetup setup = BenchSetup.of(50);
    try (Rival ours = new MemoryRival(setup);
        Rival djls = new DjlRival(setup)) {
      // when
      double first = ours.step(true);
      double djlFirst = djls.step(true);
      double later = ours.loss(400);
      double djlLater = djls.loss(400);

      // then
      assertThat(first).isCloseTo(djlFirst, Percentage.withPercentage(0.001));
      assertThat(later).isCloseTo(djlLater, Percentage.withPercentage(0.1));
      assertThat(later).isLessThan(first * 0.95);
    }
  }
}

package io.millrace.eval.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RingSimulationTest {
  private static final int RUNS = 500;

  @Test
  void onAWanderingStreamTheRingPrefersTheNewerOfTwoEqualModelsAndPromotionDoesNot() {
    // given
    long preferred =
        LongStream.rangeClosed(1, RUNS)
            .filter(seed -> new WanderingGroups(seed).ringPrefersTheNewer())
            .count();
    System.out.printf(
        "the ring prefers the newer of two equal models in %d of %d runs%n", preferred, RUNS);

    // when
    Runs runs =
        Runs.of(RUNS, PromotionErrorTest.config(20_000, 3), WanderingGroups::new)
            .print("the newer of two equal models, beyond both lineages");

    // then
    assertThat(preferred / (double) RUNS).isGreaterThan(0.9);
    assertThat(runs.interval(TrialOutcome.PROMOTE)[1]).isLessThan(0.05);
  }
}

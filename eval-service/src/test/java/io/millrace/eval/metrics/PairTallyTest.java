package io.millrace.eval.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.proto.PairedSums;
import org.junit.jupiter.api.Test;

class PairTallyTest {
  private final PairTally tally = new PairTally("a", "b", 0.5);

  @Test
  void differencesAreClippedAndTheClippedOnesCounted() {
    // when
    tally.add(1, 1.25);
    tally.add(1, 9);
    tally.add(3, 1);

    // then
    assertThat(tally.toProto())
        .isEqualTo(
            PairedSums.newBuilder()
                .setChampionId("a")
                .setChallengerId("b")
                .setCount(3)
                .setDifference(0.25)
                .setDifferenceSquared(0.0625 + 0.25 + 0.25)
                .setClipped(2)
                .build());
  }

  @Test
  void aLossThatIsNotFiniteIsTheWorstThereIs() {
    // when
    tally.add(1, Double.NaN);
    tally.add(Double.NaN, Double.POSITIVE_INFINITY);
    tally.add(Double.POSITIVE_INFINITY, 1e300);
    tally.add(Double.NaN, 1);

    // then
    assertThat(tally.toProto().getCount()).isEqualTo(4);
    assertThat(tally.toProto().getDifference()).isEqualTo(0.5 + 0 - 0.5 - 0.5);
  }
}

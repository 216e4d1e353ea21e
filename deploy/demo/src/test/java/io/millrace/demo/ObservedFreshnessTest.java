package io.millrace.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ObservedFreshnessTest {
  private final SampleLedger ledger = new SampleLedger(DemoPipeline.template().config());

  @Test
  void aSampleIsFreshWhenTheFirstCheckpointThatTrainedOnItIsEvaluated() {
    // given: samples appended at 100, 101, ..., all trained but the held-out one at offset 1
    PartitionLedger partition = ledger.partition(0);
    for (int offset = 0; offset < 6; offset++) {
      partition.onSample(offset, 100 + offset, offset == 1);
      if (offset != 1) {
        partition.onTrainLog(offset, 0);
      }
    }
    ObservedCheckpoint before =
        new ObservedCheckpoint(SampleMessages.checkpoint("before", 1, 1, 2), 10, false);
    ObservedCheckpoint first =
        new ObservedCheckpoint(SampleMessages.checkpoint("first", 2, 2, 4), 200, true);
    ObservedCheckpoint second =
        new ObservedCheckpoint(SampleMessages.checkpoint("second", 3, 3, 5), 210, true);

    // when: the second one is evaluated first, and both have trained on offsets 2 and 3
    Percentiles freshness =
        ObservedFreshness.of(
            ledger,
            List.of(before, first, second),
            List.of(new FirstEvaluation(first, 250), new FirstEvaluation(second, 230)));

    // then: 230 - 102, 230 - 103 and 230 - 104; the one at offset 5 is in no checkpoint
    assertThat(freshness).isEqualTo(new Percentiles(127, 128, 128, 3));
  }

  @Test
  void withoutVerdictsThereIsNoFigure() {
    // when
    Percentiles freshness = ObservedFreshness.of(ledger, List.of(), List.of());

    // then
    assertThat(freshness.p50()).isNaN();
    assertThat(freshness.count()).isZero();
  }
}

package io.millrace.demo;

import static io.millrace.demo.SampleMessages.evaluation;
import static io.millrace.demo.SampleMessages.sums;
import static io.millrace.schemas.proto.ScoreKind.HOLDOUT;
import static io.millrace.schemas.proto.ScoreKind.LIVE;
import static io.millrace.schemas.proto.ScoreKind.PREQUENTIAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Evaluation;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrozenComparisonTest {
  private static final LabelConfig LABEL = DemoPipeline.template().config().label();
  private static final String FROZEN = "000000001080-7.0";

  @Test
  void onlineAndFrozenAreJudgedOverTheSameWindows() {
    // given: in the window at 100 the frozen model was not there from the beginning
    List<Evaluation> evaluations =
        List.of(
            evaluation("", LIVE, 0, sums(50, false)),
            evaluation("", LIVE, 100, sums(40, false)),
            evaluation(FROZEN, LIVE, 100, sums(30, true)),
            evaluation("", LIVE, 200, sums(20, true)),
            evaluation(FROZEN, LIVE, 200, sums(20, false)),
            evaluation("", LIVE, 300, sums(10, true)),
            evaluation(FROZEN, LIVE, 300, sums(10, false)),
            evaluation("", PREQUENTIAL, 100, sums(36, false)),
            evaluation("", PREQUENTIAL, 200, sums(18, true)),
            evaluation("", HOLDOUT, 300, sums(2, true)),
            evaluation("other", LIVE, 300, sums(10, false)));

    // when
    FrozenComparison judged =
        FrozenComparison.of(evaluations, LABEL, 50, CheckpointId.of(FROZEN)).orElseThrow();

    // then
    assertThat(judged.fromMs()).isEqualTo(200);
    assertThat(judged.windows()).isEqualTo(2);
    assertThat(judged.samples()).isEqualTo(30);
    assertThat(judged.leftOut()).isZero();
    assertThat(judged.live()).containsEntry("auc", 1.0);
    assertThat(judged.frozen()).containsEntry("auc", 0.0);
    assertThat(judged.prequential()).containsEntry("auc", 1.0);
    assertThat(judged.holdout()).containsEntry("auc", 1.0);
    assertThat(judged.live()).containsEntry("staleness_p50", 3.0);
  }

  @Test
  void aWindowThatNotBothWereFullyScoredOnIsLeftOutAndCounted() {
    // given
    List<Evaluation> evaluations =
        List.of(
            evaluation("", LIVE, 200, sums(20, true)),
            evaluation(FROZEN, LIVE, 200, sums(20, false)),
            evaluation("", LIVE, 300, sums(10, true)),
            evaluation(FROZEN, LIVE, 300, sums(8, false)),
            evaluation("", LIVE, 400, sums(4, true)),
            evaluation(FROZEN, LIVE, 400, sums(4, false)));

    // when
    FrozenComparison judged =
        FrozenComparison.of(evaluations, LABEL, 50, CheckpointId.of(FROZEN)).orElseThrow();

    // then
    assertThat(judged.leftOut()).isEqualTo(1);
    assertThat(judged.samples()).isEqualTo(24);
  }

  @Test
  void withoutAWindowAfterTheFrozenModelThereIsNothingToJudge() {
    // given
    List<Evaluation> evaluations = List.of(evaluation("", LIVE, 0, sums(50, true)));

    // then
    assertThat(FrozenComparison.of(evaluations, LABEL, 50, CheckpointId.of(FROZEN))).isEmpty();
  }
}

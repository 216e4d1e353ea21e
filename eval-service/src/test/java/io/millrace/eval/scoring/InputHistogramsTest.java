package io.millrace.eval.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.eval.metrics.ValueBins;
import io.millrace.schemas.config.FeatureConfig;
import io.millrace.schemas.config.FeatureConfig.NumberFeature;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.time.ManualClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class InputHistogramsTest {
  private static final List<FeatureConfig> FEATURES =
      List.of(new NumberFeature("distance", null, "features", false, null, null, null));
  private static final long WINDOW = 60_000;

  private final Rows rows = new Rows(InputSpec.of(FEATURES), 2);
  private final ManualClock clock = new ManualClock();
  private final InputHistograms histograms = new InputHistograms(FEATURES, clock);

  @Test
  void ofABatchAtMostAThousandRowsAreTaken() {
    for (int size : new int[] {1, 1023, 1024, 1025, 8192, 100_000}) {
      // when
      int stride = InputHistograms.stride(size);

      // then
      int taken = (size + stride - 1) / stride;
      assertThat(taken).isPositive().isLessThanOrEqualTo(InputHistograms.ROWS_OF_A_BATCH);
      assertThat(stride).isEqualTo(size <= InputHistograms.ROWS_OF_A_BATCH ? 1 : stride);
    }
  }

  @Test
  void ofAWindowThatHasEnoughRowsOnlyAFewMoreAreTaken() {
    // given
    add(0, InputHistograms.ENOUGH + 10 * InputHistograms.THINNED);
    add(WINDOW, 5);
    ScoreSums.Builder first = sums(ScoreKind.PREQUENTIAL, 0);
    ScoreSums.Builder second = sums(ScoreKind.PREQUENTIAL, WINDOW);
    clock.advance(Duration.ofNanos(InputHistograms.EVERY_NANOS));

    // when
    histograms.attach(List.of(first, second));

    // then
    assertThat(weight(first)).isEqualTo(InputHistograms.ENOUGH + 10);
    assertThat(weight(second)).isEqualTo(5);
  }

  @Test
  void aWindowThatWentOutBeginsAnew() {
    // given
    add(0, 3);
    clock.advance(Duration.ofNanos(InputHistograms.EVERY_NANOS));
    histograms.attach(List.of(sums(ScoreKind.PREQUENTIAL, 0)));
    add(0, 2);
    clock.advance(Duration.ofNanos(InputHistograms.EVERY_NANOS));
    ScoreSums.Builder next = sums(ScoreKind.PREQUENTIAL, 0);

    // when
    histograms.attach(List.of(next));

    // then
    assertThat(weight(next)).isEqualTo(2);
  }

  @Test
  void aWindowThatIsNotTheNewestGoesOutWithWhatItHas() {
    // given
    add(0, 3);
    add(WINDOW, 4);
    ScoreSums.Builder old = sums(ScoreKind.HOLDOUT, 0);
    ScoreSums.Builder newest = sums(ScoreKind.HOLDOUT, WINDOW);

    // when
    histograms.attach(List.of(old, newest));

    // then
    assertThat(weight(old)).isEqualTo(3);
    assertThat(newest.getInputsCount()).isZero();
  }

  @Test
  void theNewestWindowGoesOutAfterAWhileWithWhatItHas() {
    // given
    add(0, 3);
    clock.advance(Duration.ofNanos(InputHistograms.EVERY_NANOS - 1));
    ScoreSums.Builder early = sums(ScoreKind.PREQUENTIAL, 0);
    histograms.attach(List.of(early));
    clock.advance(Duration.ofNanos(1));
    ScoreSums.Builder due = sums(ScoreKind.PREQUENTIAL, 0);

    // when
    histograms.attach(List.of(due));

    // then
    assertThat(early.getInputsCount()).isZero();
    assertThat(weight(due)).isEqualTo(3);
  }

  @Test
  void aRowIsInOneMessageAndNeverInALiveOne() {
    // given
    rows.floats(0).put(1, -8);
    histograms.add(0, rows, 1);
    add(WINDOW, 1);
    ScoreSums.Builder live = sums(ScoreKind.LIVE, 0);
    ScoreSums.Builder prequential = sums(ScoreKind.PREQUENTIAL, 0);
    ScoreSums.Builder holdout = sums(ScoreKind.HOLDOUT, 0);

    // when
    histograms.attach(List.of(live, prequential, holdout));

    // then
    assertThat(live.getInputsCount()).isZero();
    assertThat(prequential.getInputs(0).getName()).isEqualTo("distance");
    assertThat(prequential.getInputs(0).getValues().getBinsList())
        .containsExactly(ValueBins.number(-8));
    assertThat(holdout.getInputsCount()).isZero();
  }

  @Test
  void windowsThatNoSumsCameForAreForgottenOnceThereAreTooMany() {
    // given
    for (int i = 0; i < 20; i++) {
      add(i * WINDOW, 1);
    }

    // when
    histograms.clear();
    ScoreSums.Builder first = sums(ScoreKind.PREQUENTIAL, 0);
    histograms.attach(List.of(first));

    // then
    assertThat(first.getInputsCount()).isZero();
  }

  private void add(long windowStartMs, int count) {
    for (int i = 0; i < count; i++) {
      histograms.add(windowStartMs, rows, 0);
    }
  }

  private static ScoreSums.Builder sums(ScoreKind kind, long windowStartMs) {
    return ScoreSums.newBuilder().setKind(kind).setWindowStartMs(windowStartMs);
  }

  private static double weight(ScoreSums.Builder sums) {
    assertThat(sums.getInputsCount()).isEqualTo(1);
    return sums.getInputs(0).getValues().getWeightsList().stream()
        .mapToDouble(Double::doubleValue)
        .sum();
  }
}

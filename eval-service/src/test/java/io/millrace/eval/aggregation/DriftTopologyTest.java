package io.millrace.eval.aggregation;

import static io.millrace.eval.aggregation.AggregationRun.A;
import static io.millrace.eval.aggregation.AggregationRun.HOUR;
import static io.millrace.schemas.proto.ScoreKind.PREQUENTIAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.Histogram;
import io.millrace.schemas.proto.InputHistogram;
import io.millrace.schemas.proto.Promotion.Decision;
import io.millrace.schemas.proto.ScoreSums;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The manual of drift: what is compared, and where it is published. */
class DriftTopologyTest {
  private AggregationRun run = new AggregationRun();

  @BeforeEach
  void promote() {
    run.byHand(Decision.PROMOTED_BY_HAND, A, "");
  }

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void inputsAndScoresAreComparedWithTheWindowOfThePromotion() {
    // given
    window(0, 0, 0);

    // when: the inputs move in the first window after it, the scores in the second
    window(HOUR, 300, 0);
    window(2 * HOUR, 0, 300);

    // then
    Evaluation inputsMoved = run.evaluation(A + "/PREQUENTIAL/" + HOUR);
    assertThat(inputsMoved.getMetricsOrThrow("psi_input_x")).isGreaterThan(0.2);
    assertThat(inputsMoved.getMetricsOrThrow("psi_scores")).isLessThan(0.05);
    Evaluation scoresMoved = run.evaluation(A + "/PREQUENTIAL/" + 2 * HOUR);
    assertThat(scoresMoved.getMetricsOrThrow("psi_input_x")).isLessThan(0.05);
    assertThat(scoresMoved.getMetricsOrThrow("psi_scores")).isGreaterThan(0.2);
    assertThat(run.evaluation(A + "/PREQUENTIAL/0").getMetricsMap())
        .doesNotContainKey("psi_input_x");
    assertThat(run.meters.get("millrace.drift.moved").gauge().value()).isEqualTo(1);
  }

  @Test
  void changeOfTheChampionsLossIsCounted() {
    // given
    loss(0.4, 60);
    double before = run.meters.get("millrace.drift.changes").counter().count();

    // when
    loss(0.8, 60);

    // then
    assertThat(before).isZero();
    assertThat(run.meters.get("millrace.drift.changes").counter().count()).isPositive();
    assertThat(run.meters.get("millrace.drift.loss").gauge().value()).isGreaterThan(0.7);
  }

  @Test
  void referenceOutlivesTheProcessAndTheWindowsAroundIt() {
    // given
    window(0, 0, 0);
    run.passed(100 * HOUR);
    run.waits(Duration.ofSeconds(2));
    var state = run.state();
    run.close();

    // when
    run = new AggregationRun(state);
    window(101 * HOUR, 300, 0);
    run.waits(Duration.ofSeconds(1));

    // then
    assertThat(run.evaluation(A + "/PREQUENTIAL/" + 101 * HOUR).getMetricsMap())
        .containsKey("psi_input_x");
  }

  private void window(long startMs, int inputsMovedBy, int scoresMovedBy) {
    run.send(
        AggregationRun.scores("", PREQUENTIAL, 0, startMs, 1000)
            .addInputs(
                InputHistogram.newBuilder().setName("x").setValues(histogram(inputsMovedBy))));
    ScoreSums.Builder sums = AggregationRun.scores(A, PREQUENTIAL, 0, startMs, 1000);
    sums.getSumsBuilder().setPositives(histogram(scoresMovedBy));
    run.send(sums);
    run.send(AggregationRun.scores(A, PREQUENTIAL, 0, startMs, 1));
    run.waits(Duration.ofSeconds(1));
  }

  private static Histogram histogram(int movedBy) {
    Histogram.Builder histogram = Histogram.newBuilder();
    IntStream.range(0, 1000).forEach(i -> histogram.addBins(i - 600 + movedBy).addWeights(1));
    return histogram.build();
  }

  private void loss(double mean, int batches) {
    for (int i = 0; i < batches; i++) {
      ScoreSums.Builder sums = AggregationRun.scores(A, PREQUENTIAL, 0, 0, 100);
      sums.getSumsBuilder().setLoss(100 * mean).setLossSquared(100 * (mean * mean + 0.01));
      run.send(sums);
    }
  }
}

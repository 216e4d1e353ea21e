package io.millrace.tune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.tuning.Speed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecommendationTest {
  @Property
  void itIsWithinFivePercentOfTheBestLossAndHalfTheBestSpeedAmongThose(
      @ForAll @NotEmpty List<@DoubleRange(min = 0.3, max = 0.5) Double> losses) {
    // given: twice the size, some 1.8 times the speed
    Map<Integer, Double> speeds = speeds(losses.size());
    Rung rung = rung(losses);

    // when
    Recommendation found = Recommendation.of(List.of(rung), speeds).orElseThrow();

    // then
    double best = losses.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    double top =
        rung.rows().stream()
            .filter(row -> row.loss() <= 1.05 * best)
            .mapToDouble(row -> speeds.get(row.candidate().batch()))
            .max()
            .orElseThrow();
    assertThat(found.row().loss()).isLessThanOrEqualTo(1.05 * best);
    assertThat(speeds.get(found.row().candidate().batch())).isGreaterThanOrEqualTo(0.5 * top);
    assertThat(found.best().loss()).isEqualTo(best);
  }

  @Test
  void betweenTheBestLossAndTheBestSpeedItKeepsFarFromBothBounds() {
    // given: the first is too slow, the last all but too poor
    Rung rung = rung(List.of(0.400, 0.401, 0.403, 0.419, 0.500));
    Map<Integer, Double> speeds = Map.of(1, 10.0, 2, 60.0, 4, 90.0, 8, 100.0, 16, 300.0);

    // when
    Recommendation found = Recommendation.of(List.of(rung), speeds).orElseThrow();

    // then
    assertThat(found.row().candidate().batch()).isEqualTo(4);
    assertThat(found.fastest().candidate().batch()).isEqualTo(8);
    assertThat(found.reasons())
        .isEqualTo(
            "4 samples a step at learning rate 0.01 reach a prequential loss of 0.4030 (± 0.0000) over"
                + " 1,000 samples and 1 seed, 0.8 % above the lowest, which is 0.4000 at 1 and 0.01. They train"
                + " at 90 samples/s, 90 % of the fastest that is within 5 % of the lowest loss (8 a step, 100"
                + " samples/s). If samples never arrive faster than 10/s, 1 a step at 0.01 follows the stream"
                + " better.");
  }

  @Test
  void rowsOfOtherCountsAreNotComparedAndAnIncompleteRungWaits() {
    // given: on less of the stream losses were lower; the last rung was stopped
    Rung early = rung(List.of(0.1, 0.2));
    Rung middle = rung(List.of(0.42, 0.40));
    Rung stopped = new Rung(4_000, 1, false, rung(List.of(0.3)).rows());

    // when
    Recommendation found =
        Recommendation.of(List.of(early, middle, stopped), speeds(2)).orElseThrow();

    // then
    assertThat(found.best().loss()).isEqualTo(0.40);
  }

  @Test
  void whereTrainingFailedEverywhereNothingIsRecommended() {
    assertThat(Recommendation.of(List.of(), Map.of())).isEmpty();
    assertThat(Recommendation.of(List.of(rung(List.of(Double.POSITIVE_INFINITY))), speeds(1)))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0.003, 0.003",
    "6e-5, 0.00006",
    "0.000424264, 0.000424",
    "12.345, 12.3",
    "1e-7, 0.0000001"
  })
  void ratesAreWrittenSoThatYamlReadsNumbers(double rate, String written) {
    // given
    CandidateResult.Quality quality =
        new CandidateResult.Quality(0.4, OptionalDouble.empty(), List.of());

    // when
    String text =
        Recommendation.rate(
            new CandidateResult(
                new Candidate(1, LearningRateRule.KEPT, rate), 1, List.of(quality)));

    // then
    assertThat(text).isEqualTo(written);
  }

  @Property
  void evalBatchIsTheSmallestWithinFivePercentOfTheBestSpeed(
      @ForAll @Size(min = 1, max = 20) List<@DoubleRange(min = 1, max = 1e6) Double> rates) {
    // given
    List<Speed> speeds = new ArrayList<>();
    for (int i = 0; i < rates.size(); i++) {
      speeds.add(new Speed(1 << i, rates.get(i), 1_000, 2_000, 1_100, OptionalLong.empty()));
    }

    // when
    Speed chosen = EvalChoice.of(speeds).orElseThrow().speed();

    // then
    double best = rates.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    assertThat(chosen.samplesPerSecond()).isGreaterThanOrEqualTo(0.95 * best);
    assertThat(speeds)
        .filteredOn(speed -> speed.batch() < chosen.batch())
        .allMatch(speed -> speed.samplesPerSecond() < 0.95 * best);
  }

  private static Rung rung(List<Double> losses) {
    List<CandidateResult> rows = new ArrayList<>();
    for (int i = 0; i < losses.size(); i++) {
      CandidateResult.Quality quality =
          new CandidateResult.Quality(losses.get(i), OptionalDouble.empty(), List.of());
      rows.add(
          new CandidateResult(
              new Candidate(1 << i, LearningRateRule.KEPT, 0.01), 1_000, List.of(quality)));
    }
    return new Rung(1_000, 1, true, rows);
  }

  private static Map<Integer, Double> speeds(int count) {
    Map<Integer, Double> speeds = new HashMap<>();
    for (int i = 0; i < count; i++) {
      speeds.put(1 << i, 1_000 * Math.pow(1.8, i));
    }
    return speeds;
  }
}

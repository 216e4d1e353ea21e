package io.millrace.eval.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.config.PromotionConfig;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How often the test errs and how soon it decides, on simulated streams. Seeds 1 to N; the figures
 * are printed.
 */
class PromotionErrorTest {
  private static final int RUNS = 2000;

  static PromotionConfig config(long maxSamples, int minWindows) {
    return new PromotionConfig(0.05, 0.5, 1000, maxSamples, minWindows, Duration.ZERO, true);
  }

  static Stream<Arguments> equalModels() {
    LongFunction<Streams> independent = seed -> Streams.independent(seed, 0);
    LongFunction<Streams> autocorrelated = seed -> Streams.autocorrelated(seed, 0);
    LongFunction<Streams> heteroskedastic = Streams::heteroskedastic;
    return Stream.of(
        Arguments.of("independent losses", independent),
        Arguments.of("heteroskedastic losses", heteroskedastic),
        Arguments.of("autocorrelated losses", autocorrelated));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("equalModels")
  void anEquallyGoodChallengerIsHardlyEverPromoted(String name, LongFunction<Streams> streamOf) {
    // given
    PromotionConfig config = config(20_000, 1);

    // when
    Runs runs = Runs.of(RUNS, config, streamOf).print("equal models, " + name);

    // then
    assertThat(runs.interval(TrialOutcome.PROMOTE)[1]).isLessThan(0.05);
    assertThat(runs.interval(TrialOutcome.REJECT)[1]).isLessThan(0.05);
  }

  /* Why a sequence is needed: the same looks with a test designed for one look. */
  @Test
  void aTestMadeForOneLookWouldErrFarMoreOften() {
    // given
    int wrong = 0;

    // when
    for (int seed = 1; seed <= 200; seed++) {
      wrong += everSignificant(Streams.independent(seed, 0)) ? 1 : 0;
    }

    // then
    System.out.printf(
        "equal models, z test after every batch: promoted in %d of 200 runs%n", wrong);
    assertThat(wrong / 200.0).isGreaterThan(0.05);
  }

  private static boolean everSignificant(Streams stream) {
    double sum = 0;
    double squares = 0;
    for (int n = 1; n <= 20_000; n++) {
      stream.next();
      double d = stream.challenger - stream.champion;
      sum += d;
      squares += d * d;
      if (n >= 1000 && n % Runs.BATCH == 0 && sum < -1.645 * Math.sqrt(squares)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void aLossLowerByTwoPercentIsPromotedWithinTenThousandSamples() {
    // given
    PromotionConfig config = config(10_000, 3);

    // when
    Runs runs =
        Runs.of(RUNS, config, seed -> Streams.independent(seed, Streams.IMPROVEMENT))
            .print("better by 2 %, independent losses");

    // then
    assertThat(runs.share(TrialOutcome.PROMOTE)).isGreaterThanOrEqualTo(0.95);
  }

  @Test
  void aLossLowerByTwoPercentIsPromotedWithinFiftyThousandAutocorrelatedSamples() {
    // given
    PromotionConfig config = config(50_000, 3);

    // when
    Runs runs =
        Runs.of(RUNS, config, seed -> Streams.autocorrelated(seed, Streams.IMPROVEMENT))
            .print("better by 2 %, autocorrelated losses");

    // then
    assertThat(runs.share(TrialOutcome.PROMOTE)).isGreaterThanOrEqualTo(0.95);
  }

  @Test
  void aLossHigherByTwoPercentIsRejected() {
    // given
    PromotionConfig config = config(10_000, 3);

    // when
    Runs runs =
        Runs.of(RUNS, config, seed -> Streams.independent(seed, -Streams.IMPROVEMENT))
            .print("worse by 2 %, independent losses");

    // then
    assertThat(runs.share(TrialOutcome.REJECT)).isGreaterThanOrEqualTo(0.95);
    assertThat(runs.count(TrialOutcome.PROMOTE)).isZero();
  }

  /* Not asserted: a regime is a true difference while it lasts, see docs/promotion.md. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 10})
  void howOftenAPassingRegimePromotesIsPrinted(int minWindows) {
    // given
    PromotionConfig config = config(20_000, minWindows);

    // when
    Runs runs = Runs.of(RUNS, config, Streams::regimes);

    // then
    runs.print("slow regimes, min_windows " + minWindows + " of 1,000 samples");
    assertThat(runs.runs()).hasSize(RUNS);
  }

  @Test
  void howOftenOneOfTwoHundredEqualChallengersIsPromotedIsPrinted() {
    // given
    PromotionConfig config = config(5_000, 3);
    int rows = 40;

    // when
    long promoted =
        LongStream.rangeClosed(1, rows)
            .parallel()
            .filter(seed -> anyOfTwoHundredIsPromoted(config, seed))
            .count();

    // then
    System.out.printf(
        Locale.ROOT,
        "200 equal challengers in a row: in %d of %d rows any was promoted%n",
        promoted,
        rows);
    assertThat(promoted).isLessThanOrEqualTo(rows);
  }

  private static boolean anyOfTwoHundredIsPromoted(PromotionConfig config, long seed) {
    Streams stream = Streams.autocorrelated(seed, 0);
    return LongStream.rangeClosed(1, 200)
        .anyMatch(number -> Runs.one(config, stream, number).outcome() == TrialOutcome.PROMOTE);
  }
}

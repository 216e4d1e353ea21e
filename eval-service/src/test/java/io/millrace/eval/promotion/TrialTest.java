package io.millrace.eval.promotion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.schemas.config.PromotionConfig;
import io.millrace.schemas.proto.PairedSums;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TrialTest {
  private static final long NEVER = Long.MIN_VALUE;
  private static final Pair PAIR = new Pair("old", "new");
  private static final PromotionConfig CONFIG = config(0.5, Duration.ZERO);

  private final Trial trial = Trial.start(CONFIG, PAIR, 1, NEVER);

  @Nested
  class WhenTheChallengerIsBetter {
    @Test
    void itIsPromotedOnceThereAreSamplesAndWindowsEnough() {
      // when
      trial.add(sums(999, -0.1), 0, 10);
      TrialOutcome tooFewSamples = trial.outcome();
      trial.add(sums(5000, -0.1), 0, 10);
      trial.add(sums(1, -0.1), 10, 20);
      TrialOutcome tooFewWindows = trial.outcome();
      trial.add(sums(1, -0.1), 20, 30);

      // then
      assertThat(tooFewSamples).isEqualTo(TrialOutcome.UNDECIDED);
      assertThat(tooFewWindows).isEqualTo(TrialOutcome.UNDECIDED);
      assertThat(trial.outcome()).isEqualTo(TrialOutcome.PROMOTE);
    }

    @Test
    void itIsPromotedOnlyWhenThePromotionBeforeHasCooledDown() {
      // given
      PromotionConfig config = config(0.5, Duration.ofMillis(100));
      Trial cooling = Trial.start(config, PAIR, 1, 50);

      // when
      addInThreeWindows(cooling, 2000, -0.1);
      TrialOutcome tooSoon = cooling.outcome();
      cooling.add(sums(1, -0.1), 140, 150);

      // then
      assertThat(tooSoon).isEqualTo(TrialOutcome.UNDECIDED);
      assertThat(cooling.outcome()).isEqualTo(TrialOutcome.PROMOTE);
      assertThat(cooling.eventTimeMs()).isEqualTo(150);
    }
  }

  @Test
  void aWorseChallengerIsRejected() {
    // when
    addInThreeWindows(trial, 2000, 0.1);

    // then
    assertThat(trial.outcome()).isEqualTo(TrialOutcome.REJECT);
  }

  @Test
  void whatCannotBeToldApartTimesOut() {
    // when
    addInThreeWindows(trial, 16_000, 0);
    TrialOutcome before = trial.outcome();
    addInThreeWindows(trial, 16_000, 0);

    // then
    assertThat(before).isEqualTo(TrialOutcome.UNDECIDED);
    assertThat(trial.outcome()).isEqualTo(TrialOutcome.TIME_OUT);
  }

  @Test
  void aStreamWithAllSamplesInOneWindowDoesNotTimeOutBeforeItCouldBePromoted() {
    // given
    trial.add(sums(80_000, -0.1), 0, 10);
    TrialOutcome inOneWindow = trial.outcome();

    // when
    trial.add(sums(1, 0), 10, 20);
    trial.add(sums(1, 0), 20, 30);

    // then
    assertThat(inOneWindow).isEqualTo(TrialOutcome.UNDECIDED);
    assertThat(trial.outcome()).isEqualTo(TrialOutcome.PROMOTE);
  }

  @Test
  void theFiguresSayWhatTheVerdictRestsOn() {
    // given
    trial.add(sums(1000, -0.2).toBuilder().setClipped(100).build(), 0, 10);

    // when
    Figures figures = trial.figures();

    // then
    assertThat(figures.count()).isEqualTo(1000);
    assertThat(figures.windows()).isEqualTo(1);
    assertThat(figures.clippedShare()).isEqualTo(0.1);
    assertThat(figures.meanDifference()).isCloseTo(-0.2, within(1e-12));
    assertThat(figures.lower()).isLessThan(-0.2);
    assertThat(figures.upper()).isBetween(-0.2, 0.0);
    assertThat(figures.reason(TrialOutcome.PROMOTE))
        .matches(
            "better: loss differs by -0.20000 \\(-0\\.2\\d+ to -0\\.1\\d+ at level 0.030\\) on 1000"
                + " samples of 1 windows");
  }

  @Test
  void theLevelsOfAllTrialsSumToAlpha() {
    // when
    double sum = 0;
    for (long number = 1; number <= 1_000_000; number++) {
      sum += Trial.levelOf(number, 0.05);
    }

    // then
    assertThat(sum).isCloseTo(0.05, within(1e-6)).isLessThan(0.05);
  }

  @Test
  void laterTrialsNeedMoreEvidence() {
    // given
    Trial later = Trial.start(CONFIG, PAIR, 100, NEVER);

    // when
    addInThreeWindows(trial, 400, -0.017);
    addInThreeWindows(later, 400, -0.017);

    // then
    assertThat(trial.outcome()).isEqualTo(TrialOutcome.PROMOTE);
    assertThat(later.outcome()).isEqualTo(TrialOutcome.UNDECIDED);
  }

  @Test
  void afterARestartItGoesOnBitForBit() {
    // given
    trial.add(sums(700, -0.011), 5, 10);
    trial.add(sums(800, 0.02), 10, 20);

    // when
    Trial restored = Trial.tryParse(CONFIG, trial.toBytes()).orElseThrow();
    trial.add(sums(900, -0.03), 20, 30);
    restored.add(sums(900, -0.03), 20, 30);

    // then
    assertThat(restored.figures()).isEqualTo(trial.figures());
    assertThat(restored.toBytes()).isEqualTo(trial.toBytes());
  }

  @Test
  void itDoesNotGoOnUnderAnotherClip() {
    assertThat(Trial.tryParse(config(0.25, Duration.ZERO), trial.toBytes())).isEmpty();
  }

  @Test
  void sumsOfAnotherPairAreRefused() {
    // given
    PairedSums others = sums(1, 0).toBuilder().setChampionId("").build();

    // when / then
    assertThatThrownBy(() -> trial.add(others, 0, 10))
        .hasMessage(
            "the trial compares Pair[championId=old, challengerId=new], the sums compare"
                + " Pair[championId=, challengerId=new]");
  }

  @Test
  void bytesThatAreNoTrialAreRefused() {
    assertThatThrownBy(() -> Trial.tryParse(CONFIG, new byte[] {1, 2, 3}))
        .hasMessageStartingWith("3 bytes are no trial's state");
  }

  private static PromotionConfig config(double clip, Duration coolDown) {
    return new PromotionConfig(0.05, clip, 1000, 50_000, 3, coolDown, true);
  }

  private static void addInThreeWindows(Trial trial, long each, double mean) {
    trial.add(sums(each, mean), 0, 10);
    trial.add(sums(each, mean), 10, 20);
    trial.add(sums(each, mean), 20, 30);
  }

  /* Of standard deviation 0.1. */
  private static PairedSums sums(long count, double mean) {
    return PairedSums.newBuilder()
        .setChampionId("old")
        .setChallengerId("new")
        .setCount(count)
        .setDifference(count * mean)
        .setDifferenceSquared(count * (mean * mean + 0.01))
        .build();
  }
}

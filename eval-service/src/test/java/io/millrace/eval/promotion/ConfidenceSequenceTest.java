package io.millrace.eval.promotion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

class ConfidenceSequenceTest {
  private static final double CLIP = 0.5;

  @Test
  void aBatchAddsWhatItsSamplesWouldAroundTheMeanBeforeIt() {
    // given
    ConfidenceSequence differences = new ConfidenceSequence(CLIP);
    add(differences, 0.3, -0.1);

    // when
    add(differences, 0.2, 0.4, -0.5);

    // then
    double first = 0.3 * 0.3 + 0.1 * 0.1;
    double second = 0.1 * 0.1 + 0.3 * 0.3 + 0.6 * 0.6;
    assertThat(differences.count()).isEqualTo(5);
    assertThat(differences.mean()).isCloseTo(0.06, within(1e-12));
    assertThat(differences.variation()).isCloseTo(first + second, within(1e-12));
  }

  @Property(tries = 500)
  void theBoundsAndTheirShortCutsAgree(
      @ForAll @IntRange(min = 1, max = 20_000) int samples,
      @ForAll @DoubleRange(min = -0.1, max = 0.1) @Scale(4) double mean,
      @ForAll @DoubleRange(min = 0.001, max = 0.5) @Scale(3) double alpha) {
    // given
    ConfidenceSequence differences = new ConfidenceSequence(CLIP);

    // when
    differences.add(samples, samples * mean, samples * (mean * mean + 0.01));

    // then
    assertThat(differences.mean()).isBetween(differences.lower(alpha), differences.upper(alpha));
    assertThat(differences.isAboveZero(alpha)).isEqualTo(differences.lower(alpha) > 0);
    assertThat(differences.isBelowZero(alpha)).isEqualTo(differences.upper(alpha) < 0);
  }

  @Test
  void withoutSamplesNothingIsKnown() {
    // given
    ConfidenceSequence differences = new ConfidenceSequence(CLIP);

    // when / then
    assertThat(differences.lower(0.05)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(differences.upper(0.05)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(differences.isAboveZero(0.05) || differences.isBelowZero(0.05)).isFalse();
  }

  @Test
  void theScaleIsTwiceTheClipWhateverItsUnit() {
    // given
    ConfidenceSequence small = new ConfidenceSequence(CLIP);
    ConfidenceSequence large = new ConfidenceSequence(1000 * CLIP);

    // when
    small.add(500, 5, 8);
    large.add(500, 5_000, 8_000_000);

    // then
    assertThat(large.upper(0.05)).isCloseTo(1000 * small.upper(0.05), within(1e-4));
  }

  /* From the first sample on, at each of 4,000 looks, under the most skewed differences there are. */
  @Test
  void theBoundsHoldAtAllTimesAtOnce() {
    // given
    double alpha = 0.2;
    int runs = 500;
    int missed = 0;

    // when
    for (int seed = 1; seed <= runs; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      ConfidenceSequence differences = new ConfidenceSequence(CLIP);
      boolean ever = false;
      for (int i = 0; i < 4000 && !ever; i++) {
        double d = random.nextInt(20) == 0 ? 0.475 : -0.025;
        differences.add(1, d, d * d);
        ever = differences.isAboveZero(alpha) || differences.isBelowZero(alpha);
      }
      missed += ever ? 1 : 0;
    }

    // then
    System.out.printf("confidence sequence at level 0.2: missed in %d of %d runs%n", missed, runs);
    assertThat(missed / (double) runs).isBetween(0.005, alpha);
  }

  private static void add(ConfidenceSequence to, double... differences) {
    double sum = 0;
    double squares = 0;
    for (double difference : differences) {
      sum += difference;
      squares += difference * difference;
    }
    to.add(differences.length, sum, squares);
  }
}

package io.millrace.trainer.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class NoiseScaleTest {
  private static final int DIMENSIONS = 40;

  @Property
  void fromExpectedNormsTheScaleIsExact(
      @ForAll @DoubleRange(min = 0.01, max = 100) double gradientSquared,
      @ForAll @DoubleRange(min = 0.01, max = 1e5) double noise,
      @ForAll @IntRange(min = 1, max = 500) int small,
      @ForAll @IntRange(min = 2, max = 32) int times) {
    // given
    int big = small * times;
    NoiseScale scale = new NoiseScale();

    // when
    scale.add(small, gradientSquared + noise / small, big, gradientSquared + noise / big);

    // then
    assertThat(scale.samples().orElseThrow())
        .isCloseTo(noise / gradientSquared, Percentage.withPercentage(0.1));
  }

  @Test
  void fromNoisyGradientsOfKnownScaleItIsFoundWithinAFifth() {
    // given: |G|^2 = 40 * 0.01, trace of the covariance 40 * 4: a scale of 400
    Random random = new Random(1);
    NoiseScale scale = new NoiseScale();

    // when
    for (int moment = 0; moment < 200; moment++) {
      double[] together = new double[DIMENSIONS];
      double squares = 0;
      for (int batch = 0; batch < 16; batch++) {
        double[] gradient = gradient(random, 50);
        squares += squared(gradient) / 16;
        for (int d = 0; d < DIMENSIONS; d++) {
          together[d] += gradient[d] / 16;
        }
      }
      scale.add(50, squares, 800, squared(together));
    }

    // then
    assertThat(scale.samples().orElseThrow()).isCloseTo(400, Percentage.withPercentage(20));
  }

  @Test
  void whereTheGradientIsLostInNoiseNothingIsClaimed() {
    // given: larger batches do not reduce the noise beyond chance
    NoiseScale scale = new NoiseScale();

    // when
    scale.add(10, 1.0, 100, 0.05);

    // then
    assertThat(scale.samples()).isEmpty();
    assertThat(new NoiseScale().samples()).isEmpty();
  }

  @Test
  void othersBatchSizesAreNotMixedIn() {
    // given
    NoiseScale scale = new NoiseScale();
    scale.add(10, 1.0, 100, 0.5);

    // then
    assertThatThrownBy(() -> scale.add(20, 1.0, 100, 0.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batches of 20 and 100 after 1 of 10 and 100");
  }

  private static double[] gradient(Random random, int samples) {
    double[] gradient = new double[DIMENSIONS];
    for (int d = 0; d < DIMENSIONS; d++) {
      gradient[d] = 0.1 + 2 * random.nextGaussian() / Math.sqrt(samples);
    }
    return gradient;
  }

  private static double squared(double[] gradient) {
    double sum = 0;
    for (double value : gradient) {
      sum += value * value;
    }
    return sum;
  }
}

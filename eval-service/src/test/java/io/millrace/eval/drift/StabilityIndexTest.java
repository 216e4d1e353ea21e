package io.millrace.eval.drift;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.eval.metrics.Bins;
import io.millrace.eval.metrics.ValueBins;
import io.millrace.schemas.proto.Histogram;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StabilityIndexTest {
  private final SplittableRandom random = new SplittableRandom(1);

  @Test
  void theSameDistributionIsStable() {
    assertThat(index(normal(1000, 0, 1), normal(1000, 0, 1))).isLessThan(0.04);
  }

  @Test
  void aShiftOrAWiderSpreadShows() {
    // given
    Histogram then = normal(5000, 0, 1);

    // when / then
    assertThat(index(then, normal(5000, 0.1, 1))).isLessThan(0.05);
    assertThat(index(then, normal(5000, 0.5, 1))).isBetween(0.15, 0.4);
    assertThat(index(then, normal(5000, 1, 1))).isGreaterThan(0.8);
    assertThat(index(then, normal(5000, 0, 2))).isGreaterThan(0.2);
  }

  @Test
  void aValueThatWasConstantIsMissedInNeitherDirection() {
    // given
    Histogram then = normal(1000, 1, 0);

    // when / then
    assertThat(index(then, normal(1000, 1, 0))).isZero();
    assertThat(index(then, normal(1000, -1, 0))).isGreaterThan(1);
    assertThat(index(then, normal(1000, 3, 0))).isGreaterThan(1);
  }

  @Test
  void aCategoryNeverSeenBeforeShows() {
    // given
    Histogram then = categories(1000, 7, 0);

    // when / then
    assertThat(index(then, categories(1000, 7, 0))).isLessThan(0.04);
    assertThat(index(then, categories(1000, 7, 300))).isGreaterThan(0.5);
  }

  @Test
  void withFewSamplesThereIsNoIndex() {
    assertThat(StabilityIndex.of(normal(499, 0, 1), normal(5000, 0, 1))).isEmpty();
    assertThat(StabilityIndex.of(normal(5000, 0, 1), Histogram.getDefaultInstance())).isEmpty();
  }

  @Test
  void histogramsOfPartsAddUpToThatOfTheWhole() {
    // given
    Histogram one = normal(700, 0, 1);
    Histogram other = normal(800, 3, 1);
    Bins both = ValueBins.numbers();
    both.merge(one);
    both.merge(other);

    // when
    Histogram sum = Histograms.sum(one, other);

    // then
    assertThat(sum).isEqualTo(both.toProto());
  }

  private static double index(Histogram then, Histogram now) {
    return StabilityIndex.of(then, now).orElseThrow();
  }

  private Histogram normal(int samples, double mean, double deviation) {
    Bins bins = ValueBins.numbers();
    for (int i = 0; i < samples; i++) {
      bins.add(ValueBins.number((float) (mean + deviation * random.nextGaussian())), 1);
    }
    return bins.toProto();
  }

  /* Of which the last {@code fresh} are of a category of their own. */
  private Histogram categories(int samples, int count, int fresh) {
    Bins bins = ValueBins.categories();
    for (int i = 0; i < samples; i++) {
      bins.add(ValueBins.category(i < samples - fresh ? random.nextInt(count) : count + 1), 1);
    }
    return bins.toProto();
  }
}

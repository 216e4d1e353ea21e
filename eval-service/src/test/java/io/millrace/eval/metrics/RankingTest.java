package io.millrace.eval.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.schemas.proto.Histogram;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

class RankingTest {
  private static final double ROUNDING = 1e-9;

  @Property(tries = 300)
  void bothAucsLieWithinTheirBoundsOfTheExactValues(
      @ForAll @IntRange(min = 2, max = 2000) int samples,
      @ForAll @DoubleRange(min = 0.001, max = 20) @Scale(3) double spread,
      @ForAll @DoubleRange(min = 0.01, max = 0.99) double share,
      @ForAll long seed) {
    // given
    SplittableRandom random = new SplittableRandom(seed);
    double[] logOdds = new double[samples];
    boolean[] positive = new boolean[samples];
    for (int i = 0; i < samples; i++) {
      positive[i] = i == 0 || (i > 1 && random.nextDouble() < share);
      logOdds[i] = spread * (random.nextGaussian() + (positive[i] ? 1 : 0));
      logOdds[i] = random.nextInt(10) == 0 ? Math.rint(logOdds[i]) : logOdds[i];
    }

    // when
    Estimate roc = roc(logOdds, positive);
    Estimate precision = precision(logOdds, positive);

    // then
    assertThat(roc.value()).isCloseTo(exactRoc(logOdds, positive), within(roc.bound() + ROUNDING));
    assertThat(precision.value())
        .isCloseTo(exactPrecision(logOdds, positive), within(precision.bound() + ROUNDING));
  }

  @Test
  void scoresOfBinsOfTheirOwnGiveTheExactRocAuc() {
    // given
    double[] logOdds = {-3, -2, -1, 0, 1, 2};
    boolean[] positive = {false, true, false, false, true, true};

    // when
    Estimate roc = roc(logOdds, positive);

    // then
    assertThat(roc).isEqualTo(new Estimate(7.0 / 9, 0));
  }

  @Test
  void onAUsualSpreadTheBoundsAreSmall() {
    // given
    SplittableRandom random = new SplittableRandom(1);
    double[] logOdds = random.doubles(20_000).map(u -> Math.log(u / (1 - u))).toArray();
    boolean[] positive = new boolean[logOdds.length];
    for (int i = 0; i < positive.length; i++) {
      positive[i] = random.nextDouble() < 1 / (1 + Math.exp(-logOdds[i]));
    }

    // when
    double rocBound = roc(logOdds, positive).bound();
    double precisionBound = precision(logOdds, positive).bound();

    // then
    System.out.println("bounds, logistic spread: auc " + rocBound + ", pr_auc " + precisionBound);
    assertThat(rocBound).isLessThan(0.002);
    assertThat(precisionBound).isLessThan(0.005);
  }

  private static Estimate roc(double[] logOdds, boolean[] positive) {
    return Ranking.rocAuc(bins(logOdds, positive, true), bins(logOdds, positive, false));
  }

  private static Estimate precision(double[] logOdds, boolean[] positive) {
    return Ranking.prAuc(bins(logOdds, positive, true), bins(logOdds, positive, false));
  }

  private static Histogram bins(double[] logOdds, boolean[] positive, boolean which) {
    Bins bins = LogOdds.bins();
    for (int i = 0; i < logOdds.length; i++) {
      if (positive[i] == which) {
        bins.add(LogOdds.bin(logOdds[i]), 1);
      }
    }
    return bins.toProto();
  }

  /* By its definition, over all pairs. */
  private static double exactRoc(double[] logOdds, boolean[] positive) {
    double won = 0;
    double pairs = 0;
    for (int i = 0; i < logOdds.length; i++) {
      for (int j = 0; j < logOdds.length; j++) {
        if (positive[i] && !positive[j]) {
          pairs++;
          won += logOdds[i] > logOdds[j] ? 1 : logOdds[i] == logOdds[j] ? 0.5 : 0;
        }
      }
    }
    return won / pairs;
  }

  /* Average precision: over thresholds, from the highest, the precision times the recall gained. */
  private static double exactPrecision(double[] logOdds, boolean[] positive) {
    int[] order =
        IntStream.range(0, logOdds.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -logOdds[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double hits = 0;
    double sum = 0;
    double gained = 0;
    for (int i = 0; i < order.length; i++) {
      hits += positive[order[i]] ? 1 : 0;
      gained += positive[order[i]] ? 1 : 0;
      if (i + 1 == order.length || logOdds[order[i + 1]] != logOdds[order[i]]) {
        sum += gained * hits / (i + 1);
        gained = 0;
      }
    }
    return sum / IntStream.range(0, positive.length).filter(i -> positive[i]).count();
  }
}

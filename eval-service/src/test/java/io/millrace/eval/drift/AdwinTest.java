package io.millrace.eval.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdwinTest {
  private static final double DELTA = 0.002;
  private static final int RUNS = 100;

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 2000})
  void aJumpIsFoundAndWhatCameBeforeIsForgotten(int batch) {
    // given
    SplittableRandom random = new SplittableRandom(1);
    Adwin adwin = new Adwin(DELTA);
    for (int i = 0; i < Math.max(20_000, 50 * batch) / batch; i++) {
      add(adwin, random, batch, 0.45);
    }
    assertThat(adwin.changes()).isZero();

    // when
    int samples = 0;
    while (adwin.changes() == 0 && samples < 100_000) {
      add(adwin, random, batch, 0.55);
      samples += batch;
    }
    System.out.printf("ADWIN: a jump of 0.1 found after %d samples, batch %d%n", samples, batch);
    for (int i = 0; i < Math.max(20_000, 20 * batch) / batch; i++) {
      add(adwin, random, batch, 0.55);
    }

    // then
    assertThat(samples).isLessThan(Math.max(5_000, 10 * batch));
    assertThat(adwin.mean()).isCloseTo(0.55, within(0.03));
    assertThat(adwin.count())
        .isLessThan(samples + Math.max(20_000, 20 * batch) + Math.max(1000, 10 * batch));
  }

  @Test
  void onALastingMeanItStaysCalm() {
    assertThat(falseAlarms("independent losses", 500, AdwinTest::independent)).isLessThan(0.05);
  }

  @Test
  void onLossesThatComeInBurstsShorterThanABatchItStaysCalm() {
    // given: bursts of about a hundred samples
    falseAlarms("bursts of 100 samples", 500, AdwinTest::bursts);

    // when
    double alarms = falseAlarms("bursts of 100 samples", 2000, AdwinTest::bursts);

    // then
    assertThat(alarms).isLessThan(0.05);
  }

  @Test
  void itsMemoryGrowsWithTheLogarithm() {
    // given
    Adwin adwin = new Adwin(DELTA);

    // when
    for (int i = 0; i < 100_000; i++) {
      adwin.add(100, 0.5, 0.1);
    }

    // then
    assertThat(adwin.count()).isEqualTo(10_000_000);
    assertThat(adwin.toBytes().length).isLessThan(90 * 40);
  }

  @Test
  void afterARestartItGoesOnBitForBit() {
    // given
    SplittableRandom random = new SplittableRandom(1);
    Adwin adwin = new Adwin(DELTA);
    for (int i = 0; i < 1000; i++) {
      add(adwin, random, 50, i < 700 ? 0.4 : 0.6);
    }

    // when
    Adwin restored = Adwin.parse(DELTA, adwin.toBytes());
    adwin.add(50, 0.7, 0.1);
    restored.add(50, 0.7, 0.1);

    // then
    assertThat(restored.toBytes()).isEqualTo(adwin.toBytes());
    assertThat(restored.changes()).isEqualTo(adwin.changes()).isPositive();
  }

  @Test
  void bytesThatAreNoWindowAreRefused() {
    assertThatThrownBy(() -> Adwin.parse(DELTA, new byte[] {1, 2, 3}))
        .hasMessageStartingWith("3 bytes are not the state of an ADWIN window");
  }

  private static double falseAlarms(String name, int batch, IntFunction<double[]> lossesOf) {
    int alarms = 0;
    for (int seed = 1; seed <= RUNS; seed++) {
      Adwin adwin = new Adwin(DELTA);
      double[] losses = lossesOf.apply(seed);
      for (int from = 0; from < losses.length; from += batch) {
        add(adwin, losses, from, from + batch);
      }
      alarms += adwin.changes() > 0 ? 1 : 0;
    }
    System.out.printf(
        Locale.ROOT,
        "ADWIN, %s, batches of %d: alarm in %d of %d runs of 100,000%n",
        name,
        batch,
        alarms,
        RUNS);
    return (double) alarms / RUNS;
  }

  private static double[] independent(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] losses = new double[100_000];
    for (int i = 0; i < losses.length; i++) {
      losses[i] = -0.45 * Math.log(1 - random.nextDouble());
    }
    return losses;
  }

  private static double[] bursts(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] losses = new double[100_000];
    double hardness = 0;
    for (int i = 0; i < losses.length; i++) {
      hardness = 0.99 * hardness + Math.sqrt(1 - 0.99 * 0.99) * random.nextGaussian();
      losses[i] = 0.45 * Math.exp(0.5 * hardness - 0.125) * -Math.log(1 - random.nextDouble());
    }
    return losses;
  }

  private static void add(Adwin adwin, SplittableRandom random, int batch, double mean) {
    double[] losses = new double[batch];
    for (int i = 0; i < batch; i++) {
      losses[i] = mean + random.nextDouble() - 0.5;
    }
    add(adwin, losses, 0, batch);
  }

  private static void add(Adwin adwin, double[] losses, int from, int to) {
    double sum = 0;
    double squares = 0;
    for (int i = from; i < to; i++) {
      sum += losses[i];
      squares += losses[i] * losses[i];
    }
    double mean = sum / (to - from);
    adwin.add(to - from, mean, Math.max(squares / (to - from) - mean * mean, 0));
  }
}

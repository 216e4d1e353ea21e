package io.millrace.trainer.leading;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.proto.TrainMetrics;
import io.millrace.schemas.time.ManualClock;
import io.millrace.trainer.training.StepResult;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepStatsTest {
  private final ManualClock clock = new ManualClock();

  @Test
  void theLossIsWeightedBySamplesAndTheRateIsOverTheTimeSinceTheLastTake() {
    // given: 40 samples in 4 seconds, after a first period
    StepStats stats = new StepStats(clock);
    stats.add(step(100, 9), 1);
    clock.advance(Duration.ofSeconds(1));
    stats.take();
    stats.add(step(30, 1), 2_000_000);
    stats.add(step(10, 5), 4_000_000);
    clock.advance(Duration.ofSeconds(4));

    // when
    TrainMetrics metrics = stats.take();

    // then
    assertThat(metrics.getLoss()).isEqualTo(2);
    assertThat(metrics.getSamplesPerSecond()).isEqualTo(10);
    assertThat(metrics.getStepMsP99()).isEqualTo(4);
  }

  @Test
  void aPeriodWithoutStepsHasNoSamples() {
    // given
    StepStats stats = new StepStats(clock);
    clock.advance(Duration.ofSeconds(1));

    // when
    TrainMetrics metrics = stats.take();

    // then
    assertThat(metrics.getLoss()).isZero();
    assertThat(metrics.getSamplesPerSecond()).isZero();
    assertThat(metrics.getStepMsP50()).isZero();
  }

  private static StepResult step(int samples, double loss) {
    return new StepResult(1, loss, 1, 0.1, samples, List.of(), 0);
  }
}

package io.millrace.trainer.training.optimizers;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.config.TrainingConfig.Schedule;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Compares with the values in Hugging Face's own tests: peak 10, 10 steps, 2 of warmup. */
class LearningRateTest {
  @Test
  void everyScheduleGivesTheRatesOfHuggingFace() {
    // then
    assertRates(Schedule.CONSTANT, 2, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10);
    assertRates(Schedule.CONSTANT_WITH_WARMUP, 4, 0, 2.5, 5, 7.5, 10, 10, 10, 10, 10, 10);
    assertRates(Schedule.LINEAR, 2, 0, 5, 10, 8.75, 7.5, 6.25, 5, 3.75, 2.5, 1.25);
    assertRates(Schedule.COSINE, 2, 0, 5, 10, 9.61, 8.53, 6.91, 5, 3.08, 1.46, 0.38);
    assertRates(Schedule.INVERSE_SQRT, 2, 0, 5, 10, 8.165, 7.071, 6.325, 5.774, 5.345, 5, 4.714);
  }

  @Test
  void linearAndCosineStayAtZeroAfterTheirEnd() {
    // then
    for (Schedule schedule : new Schedule[] {Schedule.LINEAR, Schedule.COSINE}) {
      LearningRate rate = new LearningRate(schedule, 10, 2, 10);
      assertThat(LongStream.of(10, 11, 15, 18, 1000).mapToDouble(rate::at)).containsOnly(0.0);
    }
  }

  @Test
  void withoutWarmupTheFirstStepHasTheFullRate() {
    // then
    for (Schedule schedule : Schedule.values()) {
      assertThat(new LearningRate(schedule, 10, 0, 100).at(0)).isEqualTo(10);
    }
  }

  private static void assertRates(Schedule schedule, long warmupSteps, double... expected) {
    LearningRate rate = new LearningRate(schedule, 10, warmupSteps, expected.length);
    for (int step = 0; step < expected.length; step++) {
      assertThat(rate.at(step))
          .as("%s, step %d", schedule, step)
          .isCloseTo(expected[step], Offset.offset(0.01));
    }
  }
}

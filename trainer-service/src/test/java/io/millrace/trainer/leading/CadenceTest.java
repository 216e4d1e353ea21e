package io.millrace.trainer.leading;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.time.ManualClock;
import io.millrace.trainer.training.LearnerFixture;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CadenceTest {
  private final ManualClock clock = new ManualClock();

  @Test
  void aCheckpointIsDueEverySaveSteps() {
    // given
    Cadence cadence = cadence("save_steps: 10");

    // when
    clock.advance(Duration.ofDays(1));

    // then: without save_interval, time alone makes none due
    assertThat(cadence.isCheckpointDue(9)).isFalse();
    assertThat(cadence.isCheckpointDue(10)).isTrue();
    assertThat(cadence.isIntervalOver()).isFalse();
  }

  @Test
  void aCheckpointIsDueOnceTheSaveIntervalHasPassed() {
    // given
    Cadence cadence = cadence("save_steps: 1000, save_interval: 30s");

    // when / then
    clock.advance(Duration.ofMillis(29_999));
    assertThat(cadence.isCheckpointDue(7)).isFalse();
    clock.advance(Duration.ofMillis(1));
    assertThat(cadence.isCheckpointDue(7)).isTrue();
  }

  @Test
  void aCheckpointStartsTheSaveIntervalAgain() {
    // given
    Cadence cadence = cadence("save_steps: 1000, save_interval: 30s");
    clock.advance(Duration.ofSeconds(40));

    // when
    cadence.onCheckpoint();

    // then
    clock.advance(Duration.ofSeconds(29));
    assertThat(cadence.isIntervalOver()).isFalse();
    clock.advance(Duration.ofSeconds(1));
    assertThat(cadence.isIntervalOver()).isTrue();
  }

  @Test
  void aReportIsDueEveryLoggingStepsButAtMostFourTimesASecond() {
    // given
    Cadence cadence = cadence("logging_steps: 5");

    // when: the first report is sent
    assertThat(cadence.isReportDue(4)).isFalse();
    assertThat(cadence.isReportDue(5)).isTrue();
    cadence.onReport();

    // then: the next multiples come too early, until a quarter of a second has passed
    clock.advance(Duration.ofMillis(249));
    assertThat(cadence.isReportDue(10)).isFalse();
    clock.advance(Duration.ofMillis(1));
    assertThat(cadence.isReportDue(11)).isFalse();
    assertThat(cadence.isReportDue(15)).isTrue();
  }

  private Cadence cadence(String training) {
    return new Cadence(LearnerFixture.classes(training).training(), clock);
  }
}

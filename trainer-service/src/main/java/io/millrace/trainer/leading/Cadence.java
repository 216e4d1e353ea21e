package io.millrace.trainer.leading;

import io.millrace.schemas.config.TrainingConfig;
import io.millrace.schemas.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Decides after which steps a checkpoint or a progress report is due. Confined to one thread. */
final class Cadence {
  /* Each report is a transaction. If steps are fast, some multiples of logging_steps get no report. */
  private static final long MIN_REPORT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final TrainingConfig training;
  private final Clock clock;
  private long lastCheckpointNanos;
  private long lastReportNanos;

  /** The save interval starts now; a report is due at the first multiple of logging_steps. */
  Cadence(TrainingConfig training, Clock clock) {
    this.training = training;
    this.clock = clock;
    this.lastCheckpointNanos = clock.nanos();
    this.lastReportNanos = lastCheckpointNanos - MIN_REPORT_NANOS;
  }

  /**
   * Whether a checkpoint is due after this step, by {@code save_steps} or {@code save_interval}.
   */
  boolean isCheckpointDue(long step) {
    return step % training.saveSteps() == 0 || isIntervalOver();
  }

  /** Whether {@code save_interval}, if set, has passed since the last checkpoint. */
  boolean isIntervalOver() {
    Duration interval = training.saveInterval();
    return interval != null && clock.nanos() - lastCheckpointNanos >= interval.toNanos();
  }

  /** A checkpoint was started: the save interval starts again. */
  void onCheckpoint() {
    lastCheckpointNanos = clock.nanos();
  }

  /** Whether a report is due after this step: at most four per second. */
  boolean isReportDue(long step) {
    return step % training.loggingSteps() == 0
        && clock.nanos() - lastReportNanos >= MIN_REPORT_NANOS;
  }

  /** A report that was due was sent. */
  void onReport() {
    lastReportNanos = clock.nanos();
  }
}

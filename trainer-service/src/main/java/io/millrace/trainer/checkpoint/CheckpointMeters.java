package io.millrace.trainer.checkpoint;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** How long checkpoints take, and where the time goes. Thread-safe. */
public final class CheckpointMeters {
  private final Timer total;
  private final Timer encode;
  private final Timer parity;
  private final Timer store;
  private final Timer announce;
  private final Timer delete;

  public CheckpointMeters(MeterRegistry registry) {
    total =
        Timer.builder("millrace.checkpoints.write")
            .description("From the snapshot to the committed announcement")
            .publishPercentiles(0.5, 0.99)
            .register(registry);
    encode = stage("encode", registry);
    parity = stage("parity", registry);
    store = stage("store", registry);
    announce = stage("announce", registry);
    delete = stage("delete", registry);
  }

  private static Timer stage(String stage, MeterRegistry registry) {
    return Timer.builder("millrace.checkpoints.stage")
        .description("A part of writing a checkpoint")
        .tag("stage", stage)
        .publishPercentiles(0.5, 0.99)
        .register(registry);
  }

  /** Measures one checkpoint; each call ends one stage and begins the next. */
  StageTimer begin() {
    return new StageTimer();
  }

  /** Times the stages of one checkpoint. */
  final class StageTimer {
    private final long startNanos = System.nanoTime();
    private long stageNanos = startNanos;

    void encoded() {
      end(encode);
    }

    void checked() {
      end(parity);
    }

    void stored() {
      end(store);
    }

    void announced() {
      end(announce);
      total.record(stageNanos - startNanos, TimeUnit.NANOSECONDS);
    }

    void deleted() {
      end(delete);
    }

    private void end(Timer stage) {
      long nowNanos = System.nanoTime();
      stage.record(nowNanos - stageNanos, TimeUnit.NANOSECONDS);
      stageNanos = nowNanos;
    }
  }
}

package io.millrace.trainer.leading;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.millrace.trainer.training.StepResult;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The meters of training in this process. Thread-safe. */
final class TrainerMeters {
  private final Timer steps;
  private final Counter samples;
  private final Counter poisoned;
  private final Counter unreadable;
  private final Counter skipped;
  private final Timer snapshot;
  private final AtomicLong lag;
  private final AtomicLong ceiling;
  private volatile boolean leading;
  private volatile double loss;
  private volatile double learningRate;
  private volatile double gradientNorm;

  TrainerMeters(MeterRegistry registry) {
    steps =
        Timer.builder("millrace.training.step").publishPercentiles(0.5, 0.99).register(registry);
    samples = registry.counter("millrace.training.samples");
    poisoned = registry.counter("millrace.training.poisoned");
    unreadable = registry.counter("millrace.training.unreadable.batches");
    skipped = registry.counter("millrace.checkpoints.skipped");
    snapshot =
        Timer.builder("millrace.checkpoints.snapshot")
            .description("Time that a checkpoint takes from the step loop")
            .publishPercentiles(0.5, 0.99)
            .register(registry);
    lag = registry.gauge("millrace.training.lag.batches", new AtomicLong());
    ceiling = registry.gauge("millrace.training.micro.batch.ceiling", new AtomicLong());
    Gauge.builder("millrace.training.leading", this, meters -> meters.leading ? 1 : 0)
        .description("1 while this process trains, 0 while it stands by")
        .register(registry);
    registry.gauge("millrace.training.loss", this, meters -> meters.loss);
    registry.gauge("millrace.training.learning.rate", this, meters -> meters.learningRate);
    registry.gauge("millrace.training.gradient.norm", this, meters -> meters.gradientNorm);
  }

  void onStep(StepResult result, long nanos, long batchesBehind, int passCeiling) {
    steps.record(nanos, TimeUnit.NANOSECONDS);
    samples.increment(result.samples());
    poisoned.increment(result.poisoned().size());
    loss = result.loss();
    learningRate = result.learningRate();
    gradientNorm = result.gradientNorm();
    lag.set(batchesBehind);
    ceiling.set(passCeiling);
  }

  void onRole(boolean leads) {
    leading = leads;
  }

  void onUnreadable() {
    unreadable.increment();
  }

  void onSnapshot(long nanos) {
    snapshot.record(nanos, TimeUnit.NANOSECONDS);
  }

  void onSkipped() {
    skipped.increment();
  }
}

package io.millrace.tune;

import io.millrace.eval.tuning.EvalProbe;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.tuning.DeviceMemory;
import io.millrace.schemas.tuning.Speed;
import io.millrace.schemas.tuning.TuningSamples;
import io.millrace.trainer.tuning.TrainProbe;
import io.millrace.tune.StopSignal.StoppedException;
import io.millrace.tune.plan.Candidate;
import io.millrace.tune.plan.Halving;
import io.millrace.tune.plan.LearningRateRule;
import java.time.Duration;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Tries batch sizes: first the largest that fits and the speed of each, for evaluation and training
 * separately, then how well a model follows the stream. Confined to one thread. If it is stopped,
 * the findings so far remain.
 */
final class Tuner {
  /* The speed measurements get at most this share of the budget each, so that most of it is left for quality. */
  private static final double SPEED_SHARE = 0.1;
  private static final int TIMINGS = 400;
  private static final int SLOW_TRIALS = 60;
  private static final int NOISE_SAMPLES = 25_000;

  private final PipelineConfig config;
  private final TuningSamples samples;
  private final Duration budget;
  private final int seeds;
  private final TuneProgress progress;
  private final StopSignal stopping;
  private final TuningResults findings;
  private final TrainProbe probe;
  private final long startNanos;

  Tuner(
      LoadedPipeline pipeline,
      TuningSamples samples,
      Duration budget,
      int seeds,
      TuneProgress progress,
      StopSignal stopping) {
    this.config = pipeline.config();
    this.samples = samples;
    this.budget = budget;
    this.seeds = seeds;
    this.progress = progress;
    this.stopping = stopping;
    this.findings = new TuningResults(samples.size());
    this.probe = new TrainProbe(pipeline, samples);
    this.startNanos = System.nanoTime();
  }

  /** Runs until everything is measured, the budget is used up, or a caller asks it to stop. */
  TuningResults run() {
    try {
      evaluation();
      training();
      quality();
    } catch (StoppedException e) {
      findings.interrupted = true;
    }
    findings.interrupted |= stopping.isAsked();
    findings.seconds = (System.nanoTime() - startNanos) / 1e9;
    return findings;
  }

  private void evaluation() {
    EvalProbe eval = new EvalProbe(probe.initialModel(), config.evaluation(), samples);
    DeviceMemory memory = memory("evaluation: largest batch", config.evaluation().device());
    findings.evalCeiling = eval.ceiling(BatchLimits.evaluation(samples.inputs()), slow(), memory);
    DeviceMemory timed = memory("evaluation: speed", config.evaluation().device());
    each(
        config.evaluation().perDeviceEvalBatchSize(),
        findings.evalCeiling.samples(),
        batch -> findings.evalSpeeds.add(eval.speed(batch, perTiming(), timed)));
  }

  /* The gradient noise first: it warms up the code that is timed next. */
  private void training() {
    stopping.check();
    progress.onPhase("gradient noise", "");
    findings.noiseScale = probe.noiseScale(NOISE_SAMPLES).samples();
    DeviceMemory memory = memory("training: largest batch", config.training().device());
    findings.trainCeiling =
        probe.ceiling(BatchLimits.train(config, samples.inputs()), slow(), memory);
    DeviceMemory timed = memory("training: speed", config.training().device());
    each(
        config.training().perDeviceTrainBatchSize(),
        findings.trainCeiling.samples(),
        batch -> findings.trainSpeeds.put(batch, probe.speed(batch, perTiming(), timed)));
  }

  /* Smallest first, so that growth of memory is visible. The largest may exceed its time limit. */
  private void each(int own, int most, IntConsumer measure) {
    long until = System.nanoTime() + (long) (SPEED_SHARE * budget.toNanos());
    for (int batch : Candidate.batches(Math.min(own, most), most)) {
      if (batch > own && System.nanoTime() > until) {
        return;
      }
      measure.accept(batch);
    }
  }

  private Duration perTiming() {
    return shorter(Duration.ofMillis(500), budget.dividedBy(TIMINGS));
  }

  /* A run that doubles the size up to a batch of this duration takes about twice as long. */
  private Duration slow() {
    return shorter(Duration.ofSeconds(2), budget.dividedBy(SLOW_TRIALS));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private DeviceMemory memory(String what, String device) {
    return new WatchedMemory(DeviceMemories.of(device), () -> progress.onPhase(what, ""), stopping);
  }

  private void quality() {
    int own = config.training().perDeviceTrainBatchSize();
    int ceiling = findings.trainCeiling == null ? 1 : findings.trainCeiling.samples();
    int most = Math.min(ceiling, BatchLimits.stream(samples.size(), probe.batchesPerStep()));
    List<Integer> batches =
        Candidate.batches(own, most).stream().filter(findings.trainSpeeds::containsKey).toList();
    double rate = config.training().learningRate();
    QualityTrial trial = new QualityTrial(config, probe, progress, stopping);
    Duration left = budget.minusNanos(System.nanoTime() - startNanos);
    new Halving(Candidate.of(batches, own, rate), this::estimate, trial, System::nanoTime)
        .run(
            new Candidate(own, LearningRateRule.KEPT, rate),
            samples.size(),
            probe.isSeeded() ? seeds : 1,
            left,
            findings.rungs);
  }

  /* Scoring before each step adds about half a step. The total time counts here, not the median. */
  private double estimate(Candidate candidate) {
    Speed speed = findings.trainSpeeds.get(candidate.batch());
    return speed == null
        ? 0
        : 1.5 / speed.samplesPerSecond() * speed.meanNanos() / speed.medianNanos();
  }
}

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
 * Tries batch sizes: first what fits and how fast it is, for evaluation and training apart, then
 * how well a model follows the stream. Confined to one thread; whenever it is stopped, what was
 * found stays.
 */
final class Tuner {
  /* Speeds get at most this share of the budget each, so that most of it goes to quality. */
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

  /** Runs until all is known, the budget is used up, or somebody asks it to stop. */
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
    DeviceMemory memory = memory("evaluation: what fits", config.evaluation().device());
    findings.evalCeiling = eval.ceiling(BatchLimits.evaluation(samples.inputs()), slow(), memory);
    DeviceMemory timed = memory("evaluation: how fast", config.evaluation().device());
    each(
        config.evaluation().perDeviceEvalBatchSize(),
        findings.evalCeiling.samples(),
        batch -> findings.evalSpeeds.add(eval.speed(batch, perTiming(), timed)));
  }

  /* The gradient noise first: it warms up what is timed next. */
  private void training() {
    stopping.check();
    progress.tell("gradient noise", "");
    findings.noiseScale = probe.noiseScale(NOISE_SAMPLES).samples();
    DeviceMemory memory = memory("training: what fits", config.training().device());
    findings.trainCeiling =
        probe.ceiling(BatchLimits.train(config, samples.inputs()), slow(), memory);
    DeviceMemory timed = memory("training: how fast", config.training().device());
    each(
        config.training().perDeviceTrainBatchSize(),
        findings.trainCeiling.samples(),
        batch -> findings.trainSpeeds.put(batch, probe.speed(batch, perTiming(), timed)));
  }

  /* Smallest first, so that memory is seen to grow; the largest may be beyond their time. */
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

  /* Doubling up to a batch that takes so long takes about twice as long. */
  private Duration slow() {
    return shorter(Duration.ofSeconds(2), budget.dividedBy(SLOW_TRIALS));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private DeviceMemory memory(String what, String device) {
    return new WatchedMemory(DeviceMemories.of(device), () -> progress.tell(what, ""), stopping);
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

  /* Scoring before each step costs about half a step more; all of the time counts, not the median. */
  private double estimate(Candidate candidate) {
    Speed speed = findings.trainSpeeds.get(candidate.batch());
    return speed == null
        ? 0
        : 1.5 / speed.samplesPerSecond() * speed.meanNanos() / speed.medianNanos();
  }
}

package io.millrace.tune;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.trainer.training.DivergedException;
import io.millrace.trainer.tuning.TrainProbe;
import io.millrace.trainer.tuning.TrainSetting;
import io.millrace.tune.plan.Candidate;
import io.millrace.tune.plan.CandidateResult;
import io.millrace.tune.plan.Halving;
import java.nio.FloatBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Trains a model along the stream and adds up its scores of each sample before it trained on it.
 */
record QualityTrial(
    PipelineConfig config, TrainProbe probe, TuneProgress progress, StopSignal stopping)
    implements Halving.CandidateTrial {

  @Override
  public CandidateResult.@Nullable Quality of(Candidate candidate, int seed, int samples) {
    progress.onPhase(
        String.format(Locale.ROOT, "quality on %,d samples", samples),
        String.format(
            Locale.ROOT,
            "batch %d, rate %.3g (%s), seed %d",
            candidate.batch(),
            candidate.learningRate(),
            candidate.rule().text(),
            seed + 1));
    PrequentialScores scores = new PrequentialScores(config, samples);
    TrainSetting setting =
        new TrainSetting(
            candidate.batch(), candidate.learningRate(), config.training().seed() + seed);
    try {
      return probe.run(setting, samples, new TrialScoring(scores)) ? scores.quality() : null;
    } catch (DivergedException e) {
      return CandidateResult.Quality.diverged();
    }
  }

  private final class TrialScoring implements TrainProbe.ProbeListener {
    private final PrequentialScores scores;

    TrialScoring(PrequentialScores scores) {
      this.scores = scores;
    }

    @Override
    public boolean shouldContinue() {
      progress.tick();
      return !stopping.isDue();
    }

    @Override
    public void onScored(TrainBatchView batch, FloatBuffer outputs, int width) {
      scores.add(batch, outputs, width);
    }
  }
}

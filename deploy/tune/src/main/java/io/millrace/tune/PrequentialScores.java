package io.millrace.tune;

import io.millrace.eval.metrics.BaselineState;
import io.millrace.eval.metrics.Baselines;
import io.millrace.eval.metrics.Metrics;
import io.millrace.eval.metrics.RowScore;
import io.millrace.eval.metrics.Tally;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.schemas.proto.Sums;
import io.millrace.tune.plan.CandidateResult;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Adds up a run's prequential scores with evaluation's metrics, and the loss of each part of the
 * stream. Confined to one thread.
 */
final class PrequentialScores {
  static final int PARTS = 50;

  private final PipelineConfig config;
  private final int samples;
  private final Tally tally;
  private final Baselines baselines;
  private final BaselineState state;
  private final double[] losses = new double[PARTS];
  private final double[] weights = new double[PARTS];
  private @Nullable RowScore score;
  private int seen;

  /**
   * @param samples the number of samples of the run
   */
  PrequentialScores(PipelineConfig config, int samples) {
    this.config = config;
    this.samples = samples;
    tally = new Tally(config.label());
    baselines = Baselines.of(config.model(), config.label(), 1);
    state = BaselineState.start(config.label());
  }

  void add(TrainBatchView batch, FloatBuffer outputs, int width) {
    if (score == null) {
      score = RowScore.of(config.model(), config.label(), width);
    }
    for (int row = 0; row < batch.size(); row++) {
      float label = batch.labels()[row];
      float weight = batch.weights()[row];
      double loss = score.read(outputs, row, label);
      baselines.testThenLearn(0, state, label, weight);
      tally.add(score, weight, baselines, 0, 0);
      int part = (int) ((long) seen * PARTS / samples);
      losses[part] += weight * loss;
      weights[part] += weight;
      seen++;
    }
  }

  /**
   * The result. If the model failed to give finite scores, it is {@link
   * CandidateResult.Quality#diverged}.
   */
  CandidateResult.Quality quality() {
    Sums sums = tally.toProto();
    Map<String, Double> metrics = Metrics.of(config.label().task(), sums);
    Double loss = metrics.get("loss");
    if (sums.getNotFinite() > 0 || loss == null) {
      return CandidateResult.Quality.diverged();
    }
    Double auc = metrics.get("auc");
    return new CandidateResult.Quality(
        loss, auc == null ? OptionalDouble.empty() : OptionalDouble.of(auc), curve());
  }

  private List<Double> curve() {
    List<Double> curve = new ArrayList<>();
    for (int part = 0; part < PARTS; part++) {
      if (weights[part] > 0) {
        curve.add(losses[part] / weights[part]);
      }
    }
    return curve;
  }
}

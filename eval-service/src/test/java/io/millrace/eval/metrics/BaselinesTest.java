package io.millrace.eval.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.config.ModelConfig;
import io.millrace.schemas.config.ModelConfig.LossName;
import io.millrace.schemas.config.ModelConfig.Output;
import io.millrace.schemas.proto.Sums;
import java.nio.FloatBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BaselinesTest {
  private final ModelConfig logits = SampleModels.of(Output.LOGITS, LossName.AUTO);

  @Test
  void eachSampleIsPredictedFromThoseBeforeIt() {
    // given
    Baselines baselines = Baselines.of(logits, SampleModels.LATE, 4);

    // when
    run(baselines, SampleModels.LATE, 1, 1, 0, 1);

    // then
    assertThat(baselines.prior.loss(0)).isCloseTo(-Math.log(0.5), within(1e-12));
    assertThat(baselines.prior.loss(1)).isCloseTo(-Math.log(1.5 / 2), within(1e-12));
    assertThat(baselines.prior.loss(2)).isCloseTo(-Math.log(0.5 / 3), within(1e-12));
    assertThat(baselines.prior.loss(3)).isCloseTo(-Math.log(2.5 / 4), within(1e-12));
    assertThat(baselines.prior.right).containsExactly(false, true, false, true);
    assertThat(baselines.lastLabel.right).containsExactly(false, true, false, false);
    assertThat(baselines.lastLabel.loss(2)).isCloseTo(-Math.log(1 - 1.5 / 2), within(1e-12));
  }

  @Test
  void aValuesFirstSampleHasNoBaseline() {
    // given
    ModelConfig model = SampleModels.of(Output.VALUE, LossName.MSE);
    Baselines baselines = Baselines.of(model, SampleModels.DELAY, 3);
    Tally tally = new Tally(SampleModels.DELAY);
    RowScore score = RowScore.of(model, SampleModels.DELAY, 1);

    // when
    run(baselines, SampleModels.DELAY, 1000, 1004, 1005);
    FloatBuffer outputs = FloatBuffer.wrap(new float[] {1001, 1003, 1005});
    float[] labels = {1000, 1004, 1005};
    for (int row = 0; row < 3; row++) {
      score.read(outputs, row, labels[row]);
      tally.add(score, 1, baselines, row, 0);
    }
    Sums sums = tally.toProto();
    Map<String, Double> metrics = Metrics.of(SampleModels.DELAY.task(), sums);

    // then
    assertThat(baselines.priorLoss(0)).isNaN();
    assertThat(sums.getPrior().getWeight()).isEqualTo(2);
    assertThat(metrics)
        .containsEntry("mae_prior", (4 + 3) / 2.0)
        .containsEntry("loss_prior", (16 + 9) / 2.0)
        .containsEntry("mae_last_label", (4 + 1) / 2.0)
        .containsEntry("mae", 2 / 3.0);
    assertThat(metrics.get("r2")).isCloseTo(1 - 2 / 14.0, within(1e-9));
  }

  @Test
  void squaredErrorsAreOfTheWholeDistribution() {
    // given
    LabelConfig label = SampleModels.classes(4);
    Baselines baselines = Baselines.of(logits, label, 4);

    // when
    run(baselines, label, 0, 0, 3, 1);

    // then
    double[] prior = {2.5 / 5, 0.5 / 5, 0.5 / 5, 1.5 / 5};
    double other = (1 - 1.5 / 3) / 3;
    double[] last = {other, other, other, 1.5 / 3};
    assertThat(baselines.prior.squared[3]).isCloseTo(distance(prior, 1), within(1e-12));
    assertThat(baselines.lastLabel.squared[3]).isCloseTo(distance(last, 1), within(1e-12));
  }

  private static double distance(double[] shares, int label) {
    double sum = 0;
    for (int i = 0; i < shares.length; i++) {
      double came = i == label ? 1 : 0;
      sum += (shares[i] - came) * (shares[i] - came);
    }
    return sum;
  }

  private static void run(Baselines baselines, LabelConfig label, float... labels) {
    BaselineState state = BaselineState.start(label);
    for (int row = 0; row < labels.length; row++) {
      baselines.testThenLearn(row, state, labels[row], 1);
    }
  }
}

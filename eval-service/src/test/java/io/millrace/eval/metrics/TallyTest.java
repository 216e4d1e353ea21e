package io.millrace.eval.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.config.LabelConfig.ThresholdLabel;
import io.millrace.schemas.config.ModelConfig;
import io.millrace.schemas.config.ModelConfig.Loss;
import io.millrace.schemas.config.ModelConfig.Output;
import io.millrace.schemas.config.ModelConfig.Recipe;
import io.millrace.schemas.config.Task;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TallyTest {
  static final ModelConfig MODEL =
      new ModelConfig(
          null,
          Recipe.LINEAR,
          List.of(),
          1,
          Output.LOGITS,
          Loss.AUTO,
          1,
          List.of(),
          List.of(),
          null);

  @Test
  void fourSamplesByHandGiveTheMetricsByHand() {
    // given
    LabelConfig label = new ThresholdLabel("late", 15);
    FloatBuffer outputs = FloatBuffer.wrap(new float[] {2, -1, 0.5f, -2});
    float[] labels = {1, 0, 0, 1};
    Tally tally = new Tally(label);
    RowScore score = RowScore.of(MODEL, label, 1);
    Baselines baselines = Baselines.of(MODEL, label, 4);
    BaselineState state = BaselineState.start(label);

    // when
    for (int row = 0; row < 4; row++) {
      baselines.testThenLearn(row, state, labels[row], 1);
      score.read(outputs, row, labels[row]);
      tally.add(score, 1, baselines, row, row);
    }
    Map<String, Double> metrics = Metrics.of(Task.BINARY, tally.toProto());

    // then
    assertThat(metrics.get("accuracy")).isEqualTo(0.5);
    assertThat(metrics.get("auc")).isEqualTo(0.5);
    assertThat(metrics.get("auc_bound")).isZero();
    assertThat(metrics.get("accuracy_last_label")).isEqualTo(0.25);
    assertThat(metrics.get("loss"))
        .isCloseTo(
            (Math.log1p(Math.exp(-2))
                    + Math.log1p(Math.exp(-1))
                    + Math.log1p(Math.exp(0.5))
                    + Math.log1p(Math.exp(2)))
                / 4,
            within(1e-12));
  }
}

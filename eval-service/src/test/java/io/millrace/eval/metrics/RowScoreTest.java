package io.millrace.eval.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.config.ModelConfig;
import io.millrace.schemas.config.ModelConfig.LossName;
import io.millrace.schemas.config.ModelConfig.Output;
import java.nio.FloatBuffer;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowScoreTest {
  private static final Offset<Double> FLOAT = within(1e-5);
  private static final ModelConfig LOGITS = SampleModels.of(Output.LOGITS, LossName.AUTO);
  private static final ModelConfig PROBABILITIES =
      SampleModels.of(Output.PROBABILITIES, LossName.AUTO);

  @ParameterizedTest
  @CsvSource({"0.3, 0", "0.3, 1", "-2, 1", "4, 0", "0, 0"})
  void oneLogitTwoLogitsAndTheirProbabilitiesAreTheSameScore(float logit, float label) {
    // given
    float yes = (float) (1 / (1 + Math.exp(-logit)));

    // when
    RowScore[] scores = {
      read(LOGITS, SampleModels.LATE, label, logit),
      read(LOGITS, SampleModels.LATE, label, 1, 1 + logit),
      read(PROBABILITIES, SampleModels.LATE, label, yes),
      read(PROBABILITIES, SampleModels.LATE, label, 1 - yes, yes)
    };

    // then
    double expected = -Math.log(label == 1 ? yes : 1 - yes);
    for (RowScore score : scores) {
      assertThat(score.loss()).isCloseTo(expected, FLOAT);
      assertThat(score.logOdds).isCloseTo(logit, FLOAT);
      assertThat(score.probability).isCloseTo(yes, FLOAT);
      assertThat(score.brier).isCloseTo((yes - label) * (yes - label), FLOAT);
    }
  }

  @Test
  void severalClassesAreSoftmaxAndCrossEntropy() {
    // given
    LabelConfig label = SampleModels.classes(3);
    float[] shares = {0.2f, 0.5f, 0.3f};
    float[] logits = new float[3];
    for (int i = 0; i < 3; i++) {
      logits[i] = (float) Math.log(shares[i]) + 100;
    }

    // when
    RowScore fromLogits = read(LOGITS, label, 2, logits);
    RowScore fromShares = read(PROBABILITIES, label, 2, shares);

    // then
    for (RowScore score : new RowScore[] {fromLogits, fromShares}) {
      assertThat(score.loss()).isCloseTo(-Math.log(0.3), within(1e-5));
      assertThat(score.predicted).isEqualTo(1);
      assertThat(score.probability).isCloseTo(0.5, within(1e-5));
      assertThat(score.brier).isCloseTo(0.04 + 0.25 + 0.49, within(1e-5));
    }
  }

  @ParameterizedTest
  @CsvSource({"MSE, 9, 1", "MAE, 3, 1", "HUBER, 4, 0.5"})
  void aValuesLossIsTheOneOfTraining(LossName loss, double farOff, double near) {
    // given
    ModelConfig model = SampleModels.of(Output.VALUE, loss);

    // when
    double ofThree = read(model, SampleModels.DELAY, 10, 13).loss();
    double ofOne = read(model, SampleModels.DELAY, 10, 9).loss();

    // then
    assertThat(ofThree).isEqualTo(farOff);
    assertThat(ofOne).isEqualTo(near);
  }

  @Test
  void aSureMistakeCostsNoMoreThanTheMarginOfTrainingAllows() {
    assertThat(read(PROBABILITIES, SampleModels.LATE, 1, 0).loss())
        .isCloseTo(-Math.log(1e-7), FLOAT);
    assertThat(read(LOGITS, SampleModels.LATE, 1, -80).loss()).isCloseTo(80, FLOAT);
  }

  @Test
  void outputsOfAnotherWidthAreRefusedWithBothWidths() {
    assertThatThrownBy(() -> RowScore.of(LOGITS, SampleModels.classes(5), 4))
        .hasMessage(
            "the model's first output has 4 values per sample, a label of 5 classes needs 5");
    assertThatThrownBy(() -> RowScore.of(LOGITS, SampleModels.LATE, 3))
        .hasMessage(
            "the model's first output has 3 values per sample, a binary label (1 or 2) needs 1");
  }

  private static RowScore read(
      ModelConfig model, LabelConfig label, float labelled, float... outputs) {
    RowScore score = RowScore.of(model, label, outputs.length);
    score.read(FloatBuffer.wrap(outputs), 0, labelled);
    return score;
  }
}

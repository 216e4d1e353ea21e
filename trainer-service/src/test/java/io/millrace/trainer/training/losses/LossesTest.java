package io.millrace.trainer.training.losses;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.trainer.torch.Torch;
import io.millrace.trainer.training.LearnerFixture;
import java.util.function.DoubleBinaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LossesTest {
  private static final double[] OUTPUTS = {-3, -0.4, 0.2, 0.9, 2.5, 30};
  private static final double[] PROBABILITIES = {0.01, 0.3, 0.5, 0.7, 0.9, 0.999};
  private static final float[] BINARY = {0, 1, 1, 0, 1, 0};
  private static final String NUMBER = "{type: number, field: y}";
  private static final String YES = "{type: threshold, field: y, above: 0}";

  @Test
  void aValuesLossesAreTheirFormulas() {
    // then
    assertLoss(NUMBER, "output: value", OUTPUTS, (x, y) -> (x - y) * (x - y));
    assertLoss(NUMBER, "output: value, loss: mae", OUTPUTS, (x, y) -> Math.abs(x - y));
    assertLoss(
        NUMBER,
        "output: value, loss: huber, huber_delta: 1.5",
        OUTPUTS,
        (x, y) ->
            Math.abs(x - y) <= 1.5 ? 0.5 * (x - y) * (x - y) : 1.5 * (Math.abs(x - y) - 0.5 * 1.5));
  }

  @Test
  void aBinaryLabelsLossIsCrossEntropyOnLogitsOrProbabilities() {
    // then: beyond 20, PyTorch computes log(1 + e^x) as x, an error of 2e-9
    assertLoss(YES, "output: logits", OUTPUTS, (x, y) -> Math.log1p(Math.exp(x)) - x * y);
    assertLoss(
        YES,
        "output: probabilities",
        PROBABILITIES,
        (p, y) -> -y * Math.log(p) - (1 - y) * Math.log(1 - p));
  }

  @Test
  void aProbabilityOfZeroOrOneHasAFiniteLoss() {
    // given
    Loss loss = loss(YES, "output: probabilities");
    try (NDManager manager = NDManager.newBaseManager()) {
      PtNDArray output = (PtNDArray) manager.create(new float[] {0, 1, 0, 1}, new Shape(4, 1));
      PtNDArray target = (PtNDArray) manager.create(new float[] {1, 0, 0, 1}, new Shape(4, 1));

      // when
      float[] losses = loss.perSample(output, target).toFloatArray();

      // then
      assertThat(losses[0]).isCloseTo(16.1f, Offset.offset(0.2f));
      assertThat(losses[1]).isCloseTo(16.1f, Offset.offset(0.2f));
      assertThat(losses[2]).isCloseTo(0, Offset.offset(1e-6f));
      assertThat(losses[3]).isCloseTo(0, Offset.offset(1e-6f));
    }
  }

  @Test
  void aClassesLossIsMinusTheLogarithmOfItsProbability() {
    // given
    Loss logits = loss("{type: class, field: y, values: [a, b, c]}", "output: logits");
    Loss probabilities =
        loss("{type: class, field: y, values: [a, b, c]}", "output: probabilities");
    double[] scores = {1, 2, 3, -1, 0.5, 0.25};
    try (NDManager manager = NDManager.newBaseManager()) {
      PtNDArray output = (PtNDArray) manager.create(scores, new Shape(2, 3));
      PtNDArray target = (PtNDArray) manager.create(new long[] {2, 0}, new Shape(2, 1));

      // when
      double[] found = logits.perSample(output, target).toDoubleArray();
      PtNDArray softmax = Torch.softmax(output, 1, DataType.FLOAT64);
      double[] same = probabilities.perSample(softmax, target).toDoubleArray();

      // then
      double[] expected = {
        3 - Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3)),
        -1 - Math.log(Math.exp(-1) + Math.exp(0.5) + Math.exp(0.25))
      };
      assertThat(logits.sign()).isEqualTo(-1);
      assertThat(found).containsExactly(expected, Offset.offset(1e-12));
      assertThat(same).containsExactly(expected, Offset.offset(1e-12));
    }
  }

  /* Values, and gradients by central differences. */
  private static void assertLoss(
      String label, String model, double[] outputs, DoubleBinaryOperator formula) {
    Loss loss = loss(label, model);
    try (NDManager manager = NDManager.newBaseManager()) {
      PtNDArray output = (PtNDArray) manager.create(outputs, new Shape(outputs.length, 1));
      double[] labels = new double[outputs.length];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = BINARY[i];
      }
      PtNDArray target = (PtNDArray) manager.create(labels, new Shape(labels.length, 1));
      output.setRequiresGradient(true);
      Torch.setGradMode(true);
      PtNDArray losses = loss.perSample(output, target);
      Torch.backward(
          losses, (PtNDArray) manager.ones(losses.getShape(), DataType.FLOAT64), false, false);
      double[] values = losses.toDoubleArray();
      double[] gradient = output.getGradient().toDoubleArray();
      for (int i = 0; i < outputs.length; i++) {
        double x = outputs[i];
        double step = 1e-6;
        double slope =
            (formula.applyAsDouble(x + step, labels[i])
                    - formula.applyAsDouble(x - step, labels[i]))
                / (2 * step);
        assertThat(values[i])
            .as("%s at %s", model, x)
            .isCloseTo(formula.applyAsDouble(x, labels[i]), Offset.offset(1e-8));
        assertThat(gradient[i])
            .as("%s at %s", model, x)
            .isCloseTo(slope, Offset.offset(1e-6 * Math.max(1, Math.abs(slope))));
      }
    }
  }

  private static Loss loss(String label, String model) {
    PipelineConfig config = LearnerFixture.config(label, ", " + model, new String[0]);
    return Loss.of(config.model(), config.label());
  }
}

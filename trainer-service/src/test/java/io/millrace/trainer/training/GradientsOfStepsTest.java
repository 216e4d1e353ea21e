package io.millrace.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.trainer.graph.TrainableGraph;
import io.millrace.trainer.training.losses.Loss;
import java.util.List;
import java.util.TreeSet;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A step's gradient does not depend on how its samples are cut into batches. */
class GradientsOfStepsTest {
  @ParameterizedTest
  @CsvSource({"200, false, 1e-5", "187, false, 1e-5", "200, true, 1e-12", "187, true, 1e-12"})
  void fourTimesFiftyGiveTheGradientOfOnceTwoHundred(int samples, boolean wide, double tolerance) {
    // given
    TrainableGraph graph = wide ? TestModels.wideMlp() : LearnerFixture.mlp(LearnerFixture.CLASSES);
    LearnerFixture.Stream stream = new LearnerFixture.Stream(11);
    List<float[]> rows = stream.rows(samples);
    float[] weights = stream.weights(samples);

    // when
    double[] once = gradient(graph, LearnerFixture.cut(rows, weights, samples));
    double[] four = gradient(graph, LearnerFixture.cut(rows, weights, 50));

    // then
    double difference = 0;
    double size = 0;
    for (int i = 0; i < once.length; i++) {
      difference += (once[i] - four[i]) * (once[i] - four[i]);
      size += once[i] * once[i];
    }
    assertThat(size).isPositive();
    assertThat(Math.sqrt(difference / size)).isLessThan(tolerance);
  }

  private static double[] gradient(TrainableGraph graph, List<TrainBatchView> batches) {
    PipelineConfig config = LearnerFixture.classes();
    Loss loss = Loss.of(config.model(), config.label());
    List<InputBinding> inputs = InputBinding.of(graph.inputs(), LearnerFixture.INPUTS);
    try (Replica replica = new Replica(graph, Device.cpu(), inputs, loss)) {
      Passes passes = new Passes(List.of(replica), size -> {}, 1);
      StepPlan plan = StepPlan.of(batches, new TreeSet<>(), Integer.MAX_VALUE);
      passes.run(plan.passes(), plan.scale(), 1);
      PtNDArray gradient = replica.parameters().gradient();
      return gradient.toType(DataType.FLOAT64, true).toDoubleArray();
    }
  }

  @Test
  void fourDevicesOfFiftyLearnAsFastAsOneOfTwoHundred() {
    // given
    LearnerFixture.Stream stream = new LearnerFixture.Stream(12);
    try (Learner four =
            Learner.create(
                LearnerFixture.mlp(LearnerFixture.CLASSES),
                LearnerFixture.classes("device: 'cpu:4'"));
        Learner one =
            Learner.create(LearnerFixture.mlp(LearnerFixture.CLASSES), LearnerFixture.classes())) {
      double lossOfFour = 0;
      double lossOfOne = 0;

      // when
      for (int step = 0; step < 1000; step++) {
        List<float[]> rows = stream.rows(200);
        float[] weights = stream.weights(200);
        double ofFour = four.step(LearnerFixture.cut(rows, weights, 50)).loss();
        double ofOne = one.step(LearnerFixture.cut(rows, weights, 200)).loss();
        if (step >= 900) {
          lossOfFour += ofFour;
          lossOfOne += ofOne;
        }
      }

      // then
      assertThat(four.batchesPerStep()).isEqualTo(4);
      assertThat(lossOfFour).isCloseTo(lossOfOne, Percentage.withPercentage(1));
      assertThat(lossOfOne / 100).isLessThan(0.25);
    }
  }

  @Test
  void samplesThatWeighNothingMoveNothing() {
    // given
    LearnerFixture.Stream stream = new LearnerFixture.Stream(13);
    List<float[]> rows = stream.rows(20);
    try (Learner learner =
        Learner.create(LearnerFixture.mlp(LearnerFixture.CLASSES), LearnerFixture.classes())) {
      learner.step(List.of(stream.batch(20)));
      LearnerState before = learner.state();

      // when
      StepResult result = learner.step(LearnerFixture.cut(rows, new float[20], 20));

      // then
      assertThat(result.loss()).isZero();
      assertThat(result.gradientNorm()).isCloseTo(0, Offset.offset(0.0));
      assertThat(learner.state().weights()).isEqualTo(before.weights());
    }
  }

  @Test
  void aLargeGradientIsClippedToItsLimit() {
    // given: without momentum, a step at rate 1 changes the weights by the gradient
    LearnerFixture.Stream stream = new LearnerFixture.Stream(14);
    PipelineConfig config =
        LearnerFixture.classes("optim: sgd", "learning_rate: 1.0", "max_grad_norm: 0.01");
    try (Learner learner = Learner.create(LearnerFixture.mlp(LearnerFixture.CLASSES), config)) {
      double[] from = LearnerFixture.weights(learner);

      // when
      StepResult result = learner.step(List.of(stream.batch(50)));

      // then
      double[] to = LearnerFixture.weights(learner);
      double moved = 0;
      for (int i = 0; i < from.length; i++) {
        moved += (to[i] - from[i]) * (to[i] - from[i]);
      }
      assertThat(result.gradientNorm()).isGreaterThan(0.01);
      assertThat(Math.sqrt(moved)).isCloseTo(0.01, Offset.offset(1e-5));
    }
  }
}

package io.millrace.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.trainer.graph.TensorSpec;
import io.millrace.trainer.graph.ops.GraphException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class InputBindingTest {
  private static final InputSpec X = new InputSpec("x", false, 6, List.of());

  @Test
  void aFlatFeatureFillsAnInputOfMoreAxes() {
    // given
    TensorSpec image = new TensorSpec("x", DataType.FLOAT32, new Shape(-1, 1, 2, 3));

    // when
    InputBinding binding = InputBinding.of(List.of(image), List.of(X)).get(0);

    // then
    assertThat(binding.shape(5)).isEqualTo(new Shape(5, 1, 2, 3));
    assertThat(binding.bytes(5)).isEqualTo(5 * 6 * Float.BYTES);
  }

  @Test
  void numbersAreWidenedAndRowsAreChosen() {
    // given
    TensorSpec wide = new TensorSpec("x", DataType.FLOAT64, new Shape(-1, -1));
    InputBinding binding = InputBinding.of(List.of(wide), List.of(X)).get(0);
    List<float[]> rows = new LearnerFixture.Stream(71).rows(4);
    ByteBuffer into = ByteBuffer.allocate(binding.bytes(2)).order(ByteOrder.nativeOrder());

    // when
    binding.fill(
        new StepPlan.Pass(0, LearnerFixture.batch(rows, new float[4], null, 0), new int[] {1, 3}),
        into);

    // then
    assertThat(into.getDouble(0)).isEqualTo(rows.get(1)[0]);
    assertThat(into.getDouble(6 * Double.BYTES)).isEqualTo(rows.get(3)[0]);
  }

  @Test
  void anInputThatTheFeaturesDoNotFillIsRefusedByName() {
    // then
    assertThatThrownBy(
            () ->
                InputBinding.of(
                    List.of(new TensorSpec("image", DataType.FLOAT32, new Shape(-1, 6))),
                    List.of(X)))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "the features fill inputs [x], the model's are [image]; set 'input' of the features"
                + " accordingly");
    assertThatThrownBy(
            () ->
                InputBinding.of(
                    List.of(new TensorSpec("x", DataType.FLOAT32, new Shape(-1, 7))), List.of(X)))
        .hasMessageContaining("the features fill it with float32 [batch, 6]");
    assertThatThrownBy(
            () ->
                InputBinding.of(
                    List.of(new TensorSpec("x", DataType.INT64, new Shape(-1, 6))), List.of(X)))
        .hasMessageContaining("the features fill it with float32 [batch, 6]");
  }

  @Test
  void anOutputThatDoesNotFitTheLabelIsRefused() {
    // given: three classes, two outputs
    PipelineConfig config = LearnerFixture.classes();
    try (Learner learner = Learner.create(LearnerFixture.mlp(2), config)) {
      // then
      assertThatThrownBy(() -> learner.step(List.of(new LearnerFixture.Stream(72).batch(5))))
          .isInstanceOf(GraphException.class)
          .hasMessage(
              "the model's first output has shape (5, 2) for 5 samples, the label's classes"
                  + " require [5, 3]");
    }
  }
}

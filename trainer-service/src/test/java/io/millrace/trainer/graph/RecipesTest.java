package io.millrace.trainer.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.trainer.graph.ops.HostTensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecipesTest {
  private static final List<InputSpec> INPUTS =
      List.of(
          new InputSpec("numbers", false, 3, List.of()),
          new InputSpec("codes", true, 2, List.of(5, 4)));
  private static final float[] NUMBERS = {0.5f, -1, 2, 1, 0.25f, -0.5f};
  private static final long[] CODES = {4, 0, 1, 3};

  @Test
  void onnxRuntimeScoresWhatTheGraphScoresAfterAStep() throws Exception {
    for (byte[] onnx :
        List.of(Recipes.mlp(INPUTS, 3, List.of(8, 6), 2, 7), Recipes.linear(INPUTS, 2, 7))) {
      // given
      TrainableGraph graph = TrainableGraph.parse(onnx, ParameterSelection.byUse());
      try (NDManager manager = NDManager.newBaseManager();
          GraphRunner runner = graph.newRunner(manager)) {
        step(runner, manager);
        NDArray expected = runner.forward(manager, inputs(manager), false, 0).get(0);

        // when
        Map<String, HostTensor> weights = runner.snapshot();
        float[] scores = score(graph.write(weights));

        // then
        float[] ours = expected.toFloatArray();
        for (int i = 0; i < ours.length; i++) {
          assertThat(scores[i]).isCloseTo(ours[i], org.assertj.core.data.Offset.offset(1e-5f));
        }
        assertThat(weights).isNotEqualTo(graph.initialWeights());
        runner.load(graph.initialWeights());
        assertThat(runner.snapshot()).isEqualTo(graph.initialWeights());
      }
    }
  }

  @Test
  void sameSeedGivesTheSameBytes() {
    // when
    byte[] first = Recipes.mlp(INPUTS, 3, List.of(8), 2, 1);

    // then
    assertThat(Recipes.mlp(INPUTS, 3, List.of(8), 2, 1)).isEqualTo(first);
    assertThat(Recipes.mlp(INPUTS, 3, List.of(8), 2, 2)).isNotEqualTo(first);
  }

  private static void step(GraphRunner runner, NDManager manager) {
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray output = runner.forward(manager, inputs(manager), true, 1).get(0);
      collector.backward(output.square().sum());
    }
    ParameterVector parameters = runner.parameters();
    parameters.values().subi(parameters.gradient().mul(0.01f));
  }

  private static NDList inputs(NDManager manager) {
    return new NDList(
        manager.create(NUMBERS, new Shape(2, 3)), manager.create(CODES, new Shape(2, 2)));
  }

  private static float[] score(byte[] onnx) throws Exception {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(onnx);
        OnnxTensor numbers =
            OnnxTensor.createTensor(
                environment, java.nio.FloatBuffer.wrap(NUMBERS), new long[] {2, 3});
        OnnxTensor codes =
            OnnxTensor.createTensor(
                environment, java.nio.LongBuffer.wrap(CODES), new long[] {2, 2});
        OrtSession.Result result = session.run(Map.of("numbers", numbers, "codes", codes))) {
      float[][] rows = (float[][]) result.get(0).getValue();
      return new float[] {rows[0][0], rows[0][1], rows[1][0], rows[1][1]};
    }
  }
}

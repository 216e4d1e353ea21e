package io.millrace.trainer.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.training.GradientCollector;
import ai.onnxruntime.OrtSession;
import io.millrace.trainer.graph.ops.HostTensor;
import io.millrace.trainer.graph.ops.Operators;
import io.millrace.trainer.graph.ops.Residents;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.assertj.core.api.SoftAssertions;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares autograd with differences of ONNX Runtime's outputs, for every operator. */
class GradientsTest {
  @Test
  void everyOperatorIsCheckedOrNamedAsHavingNoGradient() {
    // given
    TreeSet<String> named = new TreeSet<>(GradientCases.WITHOUT_GRADIENT);

    // when
    cases().forEach(one -> named.add(one.operator()));

    // then
    assertThat(named).isEqualTo(Operators.supported());
    assertThat(cases())
        .extracting(OneNode::operator)
        .doesNotContainAnyElementsOf(GradientCases.WITHOUT_GRADIENT);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void inputsGetTheGradientThatDifferencesThroughOnnxRuntimeShow(OneNode one) throws Exception {
    // given
    List<String> floats = Differences.floats(one);
    TrainableGraph graph =
        TrainableGraph.parseAnyBatch(
            one.model(name -> Differences.isGiven(one, name)), ParameterSelection.byUse());
    try (NDManager manager = NDManager.newBaseManager();
        GraphRunner runner = graph.newRunner(manager)) {
      NDList inputs = inputs(graph, one, manager);
      inputs.stream()
          .filter(input -> floats.contains(input.getName()))
          .forEach(input -> input.setRequiresGradient(true));

      // when
      backward(runner, manager, inputs, one);

      // then
      Map<String, float[]> gradients = new LinkedHashMap<>();
      for (NDArray input : inputs) {
        if (floats.contains(input.getName())) {
          gradients.put(input.getName(), input.getGradient().toFloatArray());
        }
      }
      assertAgree(one, gradients);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void parametersGetTheSameGradient(OneNode one) throws Exception {
    // given
    TrainableGraph graph =
        TrainableGraph.parseAnyBatch(
            one.model(name -> false), new ParameterSelection(List.of("in*"), List.of()));
    try (NDManager manager = NDManager.newBaseManager();
        GraphRunner runner = graph.newRunner(manager)) {
      // when
      backward(runner, manager, new NDList(), one);

      // then
      float[] all = runner.parameters().gradient().toFloatArray();
      Map<String, float[]> gradients = new LinkedHashMap<>();
      int from = 0;
      for (Initializer parameter : graph.parameters()) {
        int to = from + (int) parameter.value().shape().size();
        gradients.put(parameter.name(), java.util.Arrays.copyOfRange(all, from, to));
        from = to;
      }
      assertThat(from).isEqualTo(all.length);
      assertAgree(one, gradients);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void outputsAreThoseOfOnnxRuntime(OneNode one) throws Exception {
    // given
    TrainableGraph graph =
        TrainableGraph.parseAnyBatch(one.model(name -> false), ParameterSelection.byUse());
    try (NDManager manager = NDManager.newBaseManager();
        GraphRunner runner = graph.newRunner(manager);
        OrtSession session = Differences.session(one)) {
      // when
      NDList found = runner.forward(manager, new NDList(), one.isTraining(), 0);

      // then
      List<HostTensor> expected = Differences.outputs(one, session);
      assertThat(found).hasSameSizeAs(expected);
      for (int i = 0; i < expected.size(); i++) {
        assertThat(found.get(i).getShape()).isEqualTo(expected.get(i).shape());
        assertThat(found.get(i).toFloatArray())
            .containsExactly(expected.get(i).floats(), Offset.offset(1e-5f));
      }
    }
  }

  static List<OneNode> cases() {
    return GradientCases.all();
  }

  private static NDList inputs(TrainableGraph graph, OneNode one, NDManager manager) {
    NDList inputs = new NDList();
    for (TensorSpec spec : graph.inputs()) {
      HostTensor value = java.util.Objects.requireNonNull(one.inputs().get(spec.name()));
      NDArray input = Residents.own((PtNDManager) manager, value);
      input.setName(spec.name());
      inputs.add(input);
    }
    return inputs;
  }

  private static void backward(GraphRunner runner, NDManager manager, NDList inputs, OneNode one) {
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray loss = manager.create(0f);
      for (NDArray output : runner.forward(manager, inputs, one.isTraining(), 0)) {
        float[] slope = Differences.slope((int) output.size());
        loss = loss.add(output.flatten().mul(manager.create(slope)).sum());
      }
      collector.backward(loss);
    }
  }

  private static void assertAgree(OneNode one, Map<String, float[]> gradients) throws Exception {
    assertThat(gradients).isNotEmpty();
    var softly = new SoftAssertions();
    try (OrtSession session = Differences.session(one)) {
      for (var gradient : gradients.entrySet()) {
        double[] expected = Differences.of(one, session, gradient.getKey());
        for (int i = 0; i < expected.length; i++) {
          softly
              .assertThat((double) gradient.getValue()[i])
              .as("%s, %s[%d]", one, gradient.getKey(), i)
              .isCloseTo(expected[i], Offset.offset(1e-3 * Math.max(1, Math.abs(expected[i]))));
        }
      }
    }
    softly.assertAll();
  }
}

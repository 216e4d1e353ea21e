package io.millrace.trainer.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.millrace.trainer.graph.Initializer.Role;
import io.millrace.trainer.graph.ops.GraphException;
import io.millrace.trainer.graph.ops.HostTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParameterRulesTest {
  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Map<String, HostTensor> values = new LinkedHashMap<>();

  @Test
  void weightsAndBiasesAreInputsOneAndTwo() {
    // given
    floats("gemm.w", 2, 2);
    floats("gemm.b", 2);
    floats("conv.w", 1, 1, 2);
    floats("conv.b", 1);
    floats("norm.s", 2);
    floats("norm.b", 2);
    node("Gemm", "a", "x", "gemm.w", "gemm.b");
    node("Conv", "b", "a", "conv.w", "conv.b");
    node("LayerNormalization", "c", "b", "norm.s", "norm.b");

    // when, then
    assertThat(parameters())
        .containsExactly("gemm.w", "gemm.b", "conv.w", "conv.b", "norm.s", "norm.b");
    assertThat(why("gemm.w")).isEqualTo("weight of the node with output 'a' (Gemm)");
  }

  @Test
  void aMatrixIsAWeightOfMatMulOnEitherSideAndAVectorIsNot() {
    // given
    floats("right", 2, 2);
    floats("left", 3, 2, 2);
    floats("vector", 2);
    node("MatMul", "a", "x", "right");
    node("MatMul", "b", "left", "a");
    node("MatMul", "c", "b", "vector");

    // when, then
    assertThat(parameters()).containsExactly("right", "left");
    assertThat(why("vector")).isEqualTo("not used as a weight");
  }

  @Test
  void whatAnAddAddsIsABiasUnlessItIsAScalar() {
    // given
    floats("bias", 2);
    floats("epsilon");
    node("Add", "a", "x", "bias");
    node("Add", "b", "epsilon", "a");

    // when, then
    assertThat(parameters()).containsExactly("bias");
  }

  @Test
  void theTableOfAGatherIsAParameterAndItsIndicesAreNot() {
    // given
    floats("table", 4, 2);
    values.put("rows", HostTensor.of(new Shape(2), 1L, 3L));
    node("Gather", "a", "table", "rows");

    // when, then
    assertThat(parameters()).containsExactly("table");
    assertThat(why("rows")).isEqualTo("not a float");
  }

  @Test
  void factorsBoundsAndExponentsAreConstants() {
    // given
    floats("factor", 2);
    floats("bound");
    floats("exponent");
    node("Mul", "a", "x", "factor");
    node("Clip", "b", "a", "bound");
    node("Pow", "c", "b", "exponent");

    // when, then
    assertThat(parameters()).isEmpty();
  }

  @Test
  void aWeightBehindViewsIsOne() {
    // given
    floats("w", 2, 2);
    values.put("shape", HostTensor.of(new Shape(2), 2L, 2L));
    node("Transpose", "w.t", "w");
    node("Reshape", "w.r", "w.t", "shape");
    node("MatMul", "a", "x", "w.r");

    // when, then
    assertThat(parameters()).containsExactly("w");
  }

  @Test
  void twoUsesAreOneParameterNamedByTheFirst() {
    // given
    floats("shared", 2, 2);
    node("MatMul", "a", "x", "shared");
    node("Gather", "b", "shared", "rows");

    // when, then
    assertThat(parameters()).containsExactly("shared");
    assertThat(why("shared")).contains("output 'a' (MatMul)");
  }

  @Test
  void runningStatisticsAreBuffersWhateverIsTrainable() {
    // given
    batchNormalization("bn", "mean", "var");

    // when, then
    assertThat(named(Role.BUFFER, all())).containsExactly("mean", "var");
    assertThat(named(Role.BUFFER, new ParameterSelection(List.of("*"), List.of())))
        .containsExactly("mean", "var");
    assertThat(parameters()).containsExactly("bn.s", "bn.b");
  }

  @Test
  void frozenStatisticsAreConstants() {
    // given
    batchNormalization("bn", "mean", "var");

    // when
    var frozen = new ParameterSelection(List.of(), List.of("mean", "var"));

    // then
    assertThat(named(Role.BUFFER, frozen)).isEmpty();
    assertThat(named(Role.CONSTANT, frozen)).containsExactly("mean", "var");
  }

  @Test
  void sharedStatisticsAreRefused() {
    // given
    batchNormalization("one", "mean", "var");
    node("BatchNormalization", "two", "one", "one.s", "one.b", "mean", "var");

    // when, then
    assertThatThrownBy(this::parameters)
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("initializer 'mean' is both running mean of");
  }

  @Test
  void trainableNamesAllThatTrainsAndFrozenTakesFromIt() {
    // given
    floats("head.w", 2, 2);
    floats("head.factor", 2);
    floats("body.w", 2, 2);
    node("MatMul", "a", "x", "body.w");
    node("MatMul", "b", "a", "head.w");
    node("Mul", "c", "b", "head.factor");

    // when, then
    assertThat(named(Role.PARAMETER, new ParameterSelection(List.of("head.*"), List.of())))
        .containsExactly("head.w", "head.factor");
    assertThat(
            named(Role.PARAMETER, new ParameterSelection(List.of("head.*"), List.of("*.factor"))))
        .containsExactly("head.w");
    assertThat(named(Role.PARAMETER, new ParameterSelection(List.of(), List.of("body.w"))))
        .containsExactly("head.w");
    assertThatThrownBy(
            () -> named(Role.PARAMETER, new ParameterSelection(List.of(), List.of("tail.*"))))
        .hasMessageContaining("model.frozen: 'tail.*' matches none of the model's initializers");
  }

  private void batchNormalization(String name, String mean, String variance) {
    List.of(name + ".s", name + ".b", mean, variance).forEach(value -> floats(value, 2));
    node("BatchNormalization", name, "x", name + ".s", name + ".b", mean, variance);
  }

  private void floats(String name, long... shape) {
    values.put(name, HostTensor.of(new Shape(shape), new float[(int) new Shape(shape).size()]));
  }

  private void node(String operator, String out, String... in) {
    graph.addNode(
        NodeProto.newBuilder().setOpType(operator).addAllInput(List.of(in)).addOutput(out));
  }

  private static ParameterSelection all() {
    return ParameterSelection.byUse();
  }

  private List<String> parameters() {
    return named(Role.PARAMETER, all());
  }

  private List<String> named(Role role, ParameterSelection selection) {
    return ParameterRules.decide(graph.build(), values, selection).stream()
        .filter(initializer -> initializer.role() == role)
        .map(Initializer::name)
        .toList();
  }

  private String why(String name) {
    return ParameterRules.decide(graph.build(), values, all()).stream()
        .filter(initializer -> initializer.name().equals(name))
        .map(Initializer::why)
        .findFirst()
        .orElseThrow();
  }
}

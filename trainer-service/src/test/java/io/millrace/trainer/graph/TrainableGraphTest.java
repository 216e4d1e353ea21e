package io.millrace.trainer.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.trainer.graph.ops.GraphException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrainableGraphTest {
  private static final byte[] MLP =
      Recipes.mlp(List.of(new InputSpec("x", false, 3, List.of())), 1, List.of(4), 2, 1);

  @Test
  void weightsAndBiasesAreParametersUnlessFrozen() {
    // when
    TrainableGraph byUse = TrainableGraph.parse(MLP, ParameterSelection.byUse());
    TrainableGraph head =
        TrainableGraph.parse(MLP, new ParameterSelection(List.of(), List.of("hidden.*")));
    TrainableGraph bias =
        TrainableGraph.parse(MLP, new ParameterSelection(List.of("*.bias"), List.of("head.*")));

    // then
    assertThat(byUse.parameters())
        .extracting(Initializer::name)
        .containsExactly("hidden.0.weight", "hidden.0.bias", "head.weight", "head.bias");
    assertThat(head.parameters())
        .extracting(Initializer::name)
        .containsExactly("head.weight", "head.bias");
    assertThat(bias.parameters()).extracting(Initializer::name).containsExactly("hidden.0.bias");
    assertThat(byUse.describe()).contains("hidden.0.bias (4): bias of node 'hidden.0' (Gemm)");
  }

  @Test
  void whatCannotBeTrainedIsRefusedByName() {
    // given
    ModelProto.Builder unknown = model();
    unknown.getGraphBuilder().getNodeBuilder(1).setOpType("Selu");
    ModelProto.Builder fixed = model();
    fixed
        .getGraphBuilder()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(0)
        .setDimValue(8);
    ModelProto.Builder old = model();
    old.getOpsetImportBuilder(0).setVersion(6);

    // when, then
    assertRefused(
        unknown, "node 'hidden.0.relu' (Selu)", "operator Selu", "supported are Abs, Add");
    assertRefused(fixed, "input 'x' has a fixed batch axis", "dynamic_axes={'x': {0: 'batch'}");
    assertRefused(old, "opset 6, supported are 7 to 21");
    assertThatThrownBy(
            () -> TrainableGraph.parse(MLP, new ParameterSelection(List.of("tail.*"), List.of())))
        .hasMessageContaining("model.trainable: 'tail.*' matches none");
  }

  @Test
  void brokenBytesGiveNothingButTheDocumentedException() {
    // given
    Random random = new Random(1);

    for (int i = 0; i < 5_000; i++) {
      byte[] broken = MLP.clone();
      for (int k = random.nextInt(4); k >= 0; k--) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt();
      }
      // when
      try {
        TrainableGraph.parse(broken, ParameterSelection.byUse());
      } catch (GraphException e) {
        // then
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  private static ModelProto.Builder model() {
    try {
      return ModelProto.parseFrom(MLP).toBuilder();
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertRefused(ModelProto.Builder model, String... texts) {
    assertThatThrownBy(
            () -> TrainableGraph.parse(model.build().toByteArray(), ParameterSelection.byUse()))
        .isInstanceOf(GraphException.class)
        .hasMessageContainingAll(texts);
  }
}

package io.millrace.trainer.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OrtEnvironment;
import com.google.protobuf.ByteString;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.trainer.graph.ops.HostTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphWriterTest {
  @Test
  void unchangedWeightsGiveTheSameBytes() {
    // given: a model that Millrace has written before
    byte[] onnx =
        Recipes.mlp(List.of(new InputSpec("x", false, 3, List.of())), 1, List.of(4), 2, 1);
    TrainableGraph graph = TrainableGraph.parse(onnx, ParameterSelection.byUse());

    // when
    byte[] written = graph.write(graph.initialWeights());

    // then
    assertThat(written).isEqualTo(onnx);
  }

  @Test
  void onlyWeightsAndTrainingFlagsChange() throws Exception {
    // given
    ModelProto model = exportedWhileTraining();
    TrainableGraph graph = TrainableGraph.parse(model.toByteArray(), ParameterSelection.byUse());
    Map<String, HostTensor> weights = new LinkedHashMap<>();
    graph.initialWeights().forEach((name, value) -> weights.put(name, halved(value)));

    // when
    ModelProto written = ModelProto.parseFrom(graph.write(weights));

    // then: apart from the fields that may differ, the models are equal
    ModelProto.Builder restored = written.toBuilder();
    for (int i = 0; i < model.getGraph().getInitializerCount(); i++) {
      TensorProto before = model.getGraph().getInitializer(i);
      TensorProto after = written.getGraph().getInitializer(i);
      if (weights.containsKey(before.getName())) {
        assertThat(after.getDimsList()).isEqualTo(before.getDimsList());
        assertThat(
                after
                    .getRawData()
                    .asReadOnlyByteBuffer()
                    .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                    .getFloat(0))
            .isEqualTo(0.5f);
        restored.getGraphBuilder().setInitializer(i, before);
      }
    }
    assertThat(node(written, "bn").getAttributeList())
        .extracting(AttributeProto::getName)
        .containsExactly("epsilon");
    assertThat(node(written, "bn").getOutputList()).containsExactly("b");
    assertThat(node(written, "drop").getInputList()).containsExactly("b", "ratio");
    restored.getGraphBuilder().setNode(0, node(model, "bn")).setNode(1, node(model, "drop"));
    assertThat(restored.build()).isEqualTo(model);
  }

  @Test
  void onnxRuntimeLoadsTheWrittenModel() throws Exception {
    // given
    TrainableGraph graph =
        TrainableGraph.parse(exportedWhileTraining().toByteArray(), ParameterSelection.byUse());

    // when
    byte[] written = graph.write(graph.initialWeights());

    // then
    try (var session = OrtEnvironment.getEnvironment().createSession(written)) {
      assertThat(session.getOutputNames()).containsExactly("y");
    }
    assertThat(TrainableGraph.parse(written, ParameterSelection.byUse()).initialWeights())
        .isEqualTo(graph.initialWeights());
  }

  @Test
  void weightsThatDoNotFitAreNamed() {
    // given
    TrainableGraph graph =
        TrainableGraph.parse(exportedWhileTraining().toByteArray(), ParameterSelection.byUse());
    Map<String, HostTensor> missing = new LinkedHashMap<>(graph.initialWeights());
    missing.remove("mean");
    Map<String, HostTensor> longer = new LinkedHashMap<>(graph.initialWeights());
    longer.put("bias", HostTensor.of(new ai.djl.ndarray.types.Shape(3), 1f, 2f, 3f));

    // when, then
    assertThatThrownBy(() -> graph.write(missing))
        .hasMessageContaining("expected [")
        .hasMessageContaining("mean");
    assertThatThrownBy(() -> graph.write(longer)).hasMessageContaining("weight 'bias' is");
  }

  private static HostTensor halved(HostTensor value) {
    float[] floats = value.floats();
    for (int i = 0; i < floats.length; i++) {
      floats[i] *= 0.5f;
    }
    return HostTensor.of(value.shape(), floats);
  }

  private static NodeProto node(ModelProto model, String name) {
    return model.getGraph().getNodeList().stream()
        .filter(node -> node.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /*
   * As PyTorch exports with training=TrainingMode.TRAINING, with more fields that a model may have.
   */
  private static ModelProto exportedWhileTraining() {
    ModelProto.Builder model =
        ModelProto.newBuilder().setIrVersion(8).setProducerName("a trainer").setDocString("kept");
    model.addOpsetImportBuilder().setVersion(15);
    model.addMetadataPropsBuilder().setKey("owner").setValue("somebody");
    var graph = model.getGraphBuilder().setName("exported");
    graph.addNode(
        NodeProto.newBuilder()
            .setName("bn")
            .setOpType("BatchNormalization")
            .addAllInput(List.of("x", "scale", "bias", "mean", "var"))
            .addAllOutput(List.of("b", "mean_out", "var_out"))
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("epsilon")
                    .setType(AttributeType.FLOAT)
                    .setF(1e-3f))
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("training_mode")
                    .setType(AttributeType.INT)
                    .setI(1)));
    graph.addNode(
        NodeProto.newBuilder()
            .setName("drop")
            .setOpType("Dropout")
            .addAllInput(List.of("b", "ratio", "on"))
            .addOutput("y")
            .setDocString("kept too"));
    for (String name : List.of("scale", "bias", "mean", "var")) {
      graph.addInitializer(
          TensorProto.newBuilder()
              .setName(name)
              .setDataType(TensorProto.DataType.FLOAT_VALUE)
              .addDims(2)
              .addFloatData(1)
              .addFloatData(1));
    }
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName("ratio")
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .addFloatData(0.25f));
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName("on")
            .setDataType(TensorProto.DataType.BOOL_VALUE)
            .setRawData(ByteString.copyFrom(new byte[] {1})));
    var type = graph.addInputBuilder().setName("x").getTypeBuilder();
    type.getTensorTypeBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE);
    type.getTensorTypeBuilder().getShapeBuilder().addDimBuilder().setDimParam("batch");
    type.getTensorTypeBuilder().getShapeBuilder().addDimBuilder().setDimValue(2);
    graph.addOutputBuilder().setName("y").setType(type);
    return model.build();
  }
}

package io.millrace.trainer.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TrainingModeTest {
  @Test
  void dropoutDependsOnItsSeedAlone() {
    // given
    TrainableGraph graph = TrainableGraph.parse(model("Dropout"), ParameterSelection.byUse());
    try (NDManager manager = NDManager.newBaseManager();
        GraphRunner runner = graph.newRunner(manager)) {
      NDList x = new NDList(manager.ones(new Shape(50, 2)));

      // when
      float[] first = runner.forward(manager, x, true, 1).get(0).toFloatArray();

      // then
      assertThat(runner.forward(manager, x, true, 1).get(0).toFloatArray()).isEqualTo(first);
      assertThat(runner.forward(manager, x, true, 2).get(0).toFloatArray()).isNotEqualTo(first);
      assertThat(runner.forward(manager, x, false, 1).get(0).toFloatArray()).containsOnly(1f);
    }
  }

  @Test
  void batchNormalizationMovesItsStatisticsAsOnnxDefinesIt() {
    // given
    TrainableGraph graph =
        TrainableGraph.parse(model("BatchNormalization"), ParameterSelection.byUse());
    try (NDManager manager = NDManager.newBaseManager();
        GraphRunner runner = graph.newRunner(manager)) {
      NDList x = new NDList(manager.create(new float[] {1, 2, 3, 6}, new Shape(2, 2)));

      // when
      runner.forward(manager, x, true, 0);

      // then: batch means 2 and 4, variances (divided by n) 1 and 4, momentum 0.9
      assertClose(runner.buffers().get(0).toFloatArray(), 0.9f * 1 + 0.2f, 0.9f * 1 + 0.4f);
      assertClose(runner.buffers().get(1).toFloatArray(), 0.9f * 1 + 0.1f, 0.9f * 1 + 0.4f);
      runner.forward(manager, x, false, 0);
      assertClose(runner.buffers().get(0).toFloatArray(), 1.1f, 1.3f);
    }
  }

  private static void assertClose(float[] found, float... expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], Offset.offset(1e-6f));
    }
  }

  private static byte[] model(String operator) {
    ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(8);
    model.addOpsetImportBuilder().setVersion(17);
    var graph = model.getGraphBuilder().setName("one");
    var node = graph.addNodeBuilder().setOpType(operator).addInput("x").addOutput("y");
    if (operator.equals("BatchNormalization")) {
      for (String name : List.of("scale", "bias", "mean", "var")) {
        node.addInput(name);
        graph
            .addInitializerBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .addDims(2)
            .addFloatData(1)
            .addFloatData(1);
      }
    }
    var type = graph.addInputBuilder().setName("x").getTypeBuilder();
    type.getTensorTypeBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE);
    type.getTensorTypeBuilder().getShapeBuilder().addDimBuilder().setDimParam("batch");
    type.getTensorTypeBuilder().getShapeBuilder().addDimBuilder().setDimValue(2);
    graph.addOutputBuilder().setName("y").setType(type);
    return model.build().toByteArray();
  }
}

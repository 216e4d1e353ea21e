package io.millrace.trainer.leading;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.trainer.graph.Recipes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The recipe's mlp with Dropout after its Relu, as a file. */
final class DropoutModel {
  private DropoutModel() {}

  static void write(Path file, List<InputSpec> inputs) throws Exception {
    ModelProto.Builder model =
        ModelProto.parseFrom(Recipes.mlp(inputs, 4, List.of(8), 1, 7)).toBuilder();
    GraphProto.Builder graph = model.getGraphBuilder();
    int relu = 0;
    while (!graph.getNode(relu).getOpType().equals("Relu")) {
      relu++;
    }
    String before = graph.getNode(relu).getOutput(0);
    for (int i = relu + 1; i < graph.getNodeCount(); i++) {
      NodeProto.Builder node = graph.getNodeBuilder(i);
      for (int input = 0; input < node.getInputCount(); input++) {
        if (node.getInput(input).equals(before)) {
          node.setInput(input, "dropped");
        }
      }
    }
    graph.addNode(
        relu + 1,
        NodeProto.newBuilder()
            .setOpType("Dropout")
            .setName("dropout")
            .addInput(before)
            .addOutput("dropped"));
    Files.createDirectories(file.getParent());
    Files.write(file, model.build().toByteArray());
  }
}

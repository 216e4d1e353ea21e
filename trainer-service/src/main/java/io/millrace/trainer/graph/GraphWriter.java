package io.millrace.trainer.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.millrace.trainer.graph.ops.HostTensor;
import java.util.Map;

/** Writes weights into a model, and sets its nodes to inference mode. Changes nothing else. */
final class GraphWriter {
  private GraphWriter() {}

  static byte[] write(ModelProto model, Map<String, HostTensor> weights) {
    ModelProto.Builder written = model.toBuilder();
    GraphProto.Builder graph = written.getGraphBuilder();
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      HostTensor value = weights.get(graph.getInitializer(i).getName());
      if (value != null) {
        graph.setInitializer(i, with(graph.getInitializer(i), value));
      }
    }
    for (int i = 0; i < graph.getNodeCount(); i++) {
      NodeProto node = graph.getNode(i);
      if (node.getOpType().equals("BatchNormalization")) {
        graph.setNode(i, inferBatch(node));
      } else if (node.getOpType().equals("Dropout") && node.getInputCount() > 2) {
        graph.setNode(i, inferDropout(node));
      }
    }
    return written.build().toByteArray();
  }

  private static TensorProto with(TensorProto tensor, HostTensor value) {
    return tensor.toBuilder()
        .clearFloatData()
        .clearDoubleData()
        .setRawData(ByteString.copyFrom(value.bytes()))
        .build();
  }

  private static NodeProto inferBatch(NodeProto node) {
    NodeProto.Builder builder = node.toBuilder();
    for (int i = builder.getAttributeCount() - 1; i >= 0; i--) {
      if (builder.getAttribute(i).getName().equals("training_mode")) {
        builder.removeAttribute(i);
      }
    }
    return builder.clearOutput().addOutput(node.getOutput(0)).build();
  }

  /* The third input is the training mode. */
  private static NodeProto inferDropout(NodeProto node) {
    return node.toBuilder()
        .clearInput()
        .addInput(node.getInput(0))
        .addInput(node.getInput(1))
        .build();
  }
}

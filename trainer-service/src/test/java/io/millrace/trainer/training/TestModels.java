package io.millrace.trainer.training;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.trainer.graph.ParameterSelection;
import io.millrace.trainer.graph.Recipes;
import io.millrace.trainer.graph.TrainableGraph;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;

/** Models that the recipes cannot build. */
final class TestModels {
  private static final int HIDDEN = 16;

  private TestModels() {}

  /** The recipe's mlp, computing in float64. */
  static TrainableGraph wideMlp() {
    try {
      ModelProto.Builder model =
          ModelProto.parseFrom(
              Recipes.mlp(LearnerFixture.INPUTS, 4, List.of(16, 8), LearnerFixture.CLASSES, 7))
              .toBuilder();
      GraphProto.Builder graph = model.getGraphBuilder();
      graph.getInputBuilderList().forEach(TestModels::widen);
      graph.getOutputBuilderList().forEach(TestModels::widen);
      graph.getInitializerBuilderList().forEach(TestModels::widen);
      return TrainableGraph.parse(model.build().toByteArray(), ParameterSelection.byUse());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static void widen(ValueInfoProto.Builder value) {
    value.getTypeBuilder().getTensorTypeBuilder().setElemType(DataType.DOUBLE_VALUE);
  }

  private static void widen(TensorProto.Builder tensor) {
    if (tensor.getDataType() != DataType.FLOAT_VALUE) {
      return;
    }
    ByteBuffer from = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer to = ByteBuffer.allocate(2 * from.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    while (from.hasRemaining()) {
      to.putDouble(from.getFloat());
    }
    tensor.setDataType(DataType.DOUBLE_VALUE).setRawData(ByteString.copyFrom(to.array()));
  }

  /** Gemm, then the given nodes, Relu, Gemm. */
  static TrainableGraph with(boolean batchNormalization, boolean dropout) {
    ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(8);
    model.addOpsetImportBuilder().setVersion(17);
    GraphProto.Builder graph = model.getGraphBuilder().setName("small");
    Random random = new Random(3);
    graph.addInput(value("x", LearnerFixture.WIDTH));
    graph.addOutput(value("y", LearnerFixture.CLASSES));
    weight(graph, "w1", random, LearnerFixture.WIDTH, HIDDEN);
    weight(graph, "w2", random, HIDDEN, LearnerFixture.CLASSES);
    String at = node(graph, "Gemm", "hidden", "x", "w1");
    if (batchNormalization) {
      for (String name : List.of("scale", "bias", "mean", "variance")) {
        weight(graph, name, random, HIDDEN);
      }
      at = node(graph, "BatchNormalization", "normal", at, "scale", "bias", "mean", "variance");
    }
    at = node(graph, "Relu", "bent", at);
    if (dropout) {
      at = node(graph, "Dropout", "dropped", at);
    }
    node(graph, "Gemm", "y", at, "w2");
    return TrainableGraph.parse(model.build().toByteArray(), ParameterSelection.byUse());
  }

  private static String node(
      GraphProto.Builder graph, String operator, String output, String... inputs) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(output)
            .addAllInput(List.of(inputs))
            .addOutput(output));
    return output;
  }

  private static void weight(GraphProto.Builder graph, String name, Random random, long... shape) {
    TensorProto.Builder tensor =
        graph.addInitializerBuilder().setName(name).setDataType(DataType.FLOAT_VALUE);
    long size = 1;
    for (long length : shape) {
      tensor.addDims(length);
      size *= length;
    }
    for (int i = 0; i < size; i++) {
      // variances must not be negative
      tensor.addFloatData(shape.length == 1 ? 1 : (float) random.nextGaussian() * 0.4f);
    }
  }

  private static ValueInfoProto.Builder value(String name, int width) {
    ValueInfoProto.Builder value = ValueInfoProto.newBuilder().setName(name);
    var tensor = value.getTypeBuilder().getTensorTypeBuilder();
    tensor.setElemType(DataType.FLOAT_VALUE);
    tensor.getShapeBuilder().addDimBuilder().setDimParam("batch");
    tensor.getShapeBuilder().addDimBuilder().setDimValue(width);
    return value;
  }
}

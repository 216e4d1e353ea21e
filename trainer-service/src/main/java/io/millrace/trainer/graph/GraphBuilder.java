package io.millrace.trainer.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.millrace.schemas.features.rows.InputSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writes the layers of the recipes, with seeded weights: He before a relu, Glorot elsewhere. */
final class GraphBuilder {
  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Random random;

  GraphBuilder(long seed) {
    random = new Random(seed);
  }

  void input(InputSpec input) {
    graph.addInput(
        value(
            input.name(),
            input.integer() ? TensorProto.DataType.INT64 : TensorProto.DataType.FLOAT,
            input.width()));
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, int width) {
    TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(type.getNumber());
    tensor.getShapeBuilder().addDimBuilder().setDimParam("batch");
    tensor.getShapeBuilder().addDimBuilder().setDimValue(width);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /** One embedding per column of the input, [batch, width] each. */
  List<String> embeddings(InputSpec input, int width) {
    List<String> embedded = new ArrayList<>();
    for (int column = 0; column < input.categories().size(); column++) {
      String name = input.name() + "." + column;
      int values = input.categories().get(column);
      ints(name + ".column", column);
      String ids = node("Gather", name + ".ids", 1, input.name(), name + ".column");
      weights(name + ".embedding", normal(values * width, 1 / Math.sqrt(width)), values, width);
      embedded.add(node("Gather", name + ".embedded", 0, name + ".embedding", ids));
    }
    return embedded;
  }

  String joined(String name, List<String> parts) {
    return parts.size() == 1 ? parts.get(0) : node("Concat", name, 1, parts.toArray(String[]::new));
  }

  String add(String name, String left, String right) {
    return node("Add", name, -1, left, right);
  }

  /** A linear layer; weights [outputs, inputs] as PyTorch keeps them. */
  String dense(String name, String input, int inputs, int outputs, boolean relu) {
    double deviation = relu ? Math.sqrt(2.0 / inputs) : Math.sqrt(2.0 / (inputs + outputs));
    weights(name + ".weight", normal(inputs * outputs, deviation), outputs, inputs);
    weights(name + ".bias", new float[outputs], outputs);
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Gemm")
            .setName(name)
            .addInput(input)
            .addInput(name + ".weight")
            .addInput(name + ".bias")
            .addOutput(name + ".out")
            .addAttribute(integer("transB", 1)));
    return relu ? node("Relu", name + ".relu", -1, name + ".out") : name + ".out";
  }

  private String node(String operator, String name, int axis, String... inputs) {
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(name)
            .addAllInput(List.of(inputs))
            .addOutput(name + ".out");
    if (axis >= 0) {
      node.addAttribute(integer("axis", axis));
    }
    graph.addNode(node);
    return name + ".out";
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private float[] normal(int count, double deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return values;
  }

  private void weights(String name, float[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .setRawData(ByteString.copyFrom(bytes));
    for (long length : shape) {
      tensor.addDims(length);
    }
    graph.addInitializer(tensor);
  }

  private void ints(String name, long value) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addInt64Data(value));
  }

  ModelProto finish(String name, String last, int outputs) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Identity")
            .setName("output")
            .addInput(last)
            .addOutput("output"));
    graph.setName(name).addOutput(value("output", TensorProto.DataType.FLOAT, outputs));
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("millrace")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(graph)
        .build();
  }
}

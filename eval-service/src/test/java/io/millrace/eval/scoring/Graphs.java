package io.millrace.eval.scoring;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.Arrays;
import java.util.List;

/** Small ONNX models of one input, float32 [batch, 1] named {@code features}. */
final class Graphs {
  private static final int FLOAT = TensorProto.DataType.FLOAT.getNumber();
  private static final int INT64 = TensorProto.DataType.INT64.getNumber();

  private Graphs() {}

  /** Log-odds {@code slope * x + bias}. */
  static byte[] line(float slope, float bias) {
    return model(
        List.of(
            node("Mul", "product", "features", "slope"), node("Add", "output", "product", "bias")),
        List.of(floats("slope", slope), floats("bias", bias)));
  }

  /** Log-odds {@code table[x]}, for x an index. */
  static byte[] table(float... table) {
    NodeProto cast =
        node("Cast", "index", "features").toBuilder()
            .addAttribute(
                AttributeProto.newBuilder().setName("to").setType(AttributeType.INT).setI(INT64))
            .build();
    return model(
        List.of(cast, node("Gather", "output", "table", "index")), List.of(floats("table", table)));
  }

  /** An MLP 1-64-32-1 with some weights. */
  static byte[] mlp(int seed) {
    return model(
        List.of(
            node("MatMul", "a", "features", "w1"),
            node("Relu", "b", "a"),
            node("MatMul", "c", "b", "w2"),
            node("Relu", "d", "c"),
            node("MatMul", "output", "d", "w3")),
        List.of(matrix("w1", 1, 64, seed), matrix("w2", 64, 32, seed), matrix("w3", 32, 1, seed)));
  }

  private static TensorProto matrix(String name, int rows, int columns, int seed) {
    java.util.Random random = new java.util.Random(seed);
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() / 8;
    }
    return floats(name, values).toBuilder().clearDims().addDims(rows).addDims(columns).build();
  }

  /** A model with an operator that no runtime has. */
  static byte[] unsupported() {
    return model(List.of(node("Millrace", "output", "features")), List.of());
  }

  /** A model that needs two columns although the features have one. */
  static byte[] tooWide() {
    ModelProto.Builder model = parse(line(1, 0)).toBuilder();
    model.getGraphBuilder().setInput(0, value("features", 2));
    return model.build().toByteArray();
  }

  /** A model whose input has another name. */
  static byte[] otherInput() {
    ModelProto.Builder model = parse(line(1, 0)).toBuilder();
    model.getGraphBuilder().setInput(0, value("pixels", 1));
    model.getGraphBuilder().getNodeBuilder(0).setInput(0, "pixels");
    return model.build().toByteArray();
  }

  private static ModelProto parse(byte[] model) {
    try {
      return ModelProto.parseFrom(model);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] model(List<NodeProto> nodes, List<TensorProto> initializers) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
        .setGraph(
            GraphProto.newBuilder()
                .setName("test")
                .addInput(value("features", 1))
                .addOutput(value("output", 1))
                .addAllNode(nodes)
                .addAllInitializer(initializers))
        .build()
        .toByteArray();
  }

  private static NodeProto node(String operator, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setName(output)
        .setOpType(operator)
        .addAllInput(Arrays.asList(inputs))
        .addOutput(output)
        .build();
  }

  private static TensorProto floats(String name, float... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(FLOAT).addDims(values.length);
    for (float value : values) {
      tensor.addFloatData(value);
    }
    return tensor.build();
  }

  private static ValueInfoProto value(String name, int width) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(FLOAT)
                        .setShape(
                            TensorShapeProto.newBuilder()
                                .addDim(
                                    TensorShapeProto.Dimension.newBuilder().setDimParam("batch"))
                                .addDim(
                                    TensorShapeProto.Dimension.newBuilder().setDimValue(width)))))
        .build();
  }
}

package io.millrace.trainer.graph;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.millrace.trainer.graph.ops.HostTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A node with the values of its inputs, from which models of this node are built. Floats differ
 * from each other and from 0 by at least {@code gap}, so that no kink lies between a value and its
 * neighbour.
 */
final class OneNode {
  private final String operator;
  private final int opset;
  private final String remark;
  private final NodeProto.Builder node = NodeProto.newBuilder();
  private final Map<String, HostTensor> inputs = new LinkedHashMap<>();
  private final Set<String> held = new TreeSet<>();
  private final List<NodeProto> reference = new ArrayList<>();

  OneNode(String operator, int opset, String remark) {
    this.operator = operator;
    this.opset = opset;
    this.remark = remark;
    node.setOpType(operator).setName("one");
    outputs(1);
  }

  /** Floats above 0. */
  OneNode positive(double gap, long... shape) {
    return floats(gap, false, shape);
  }

  /** Floats on both sides of 0. */
  OneNode signed(double gap, long... shape) {
    return floats(gap, true, shape);
  }

  private OneNode floats(double gap, boolean signed, long... shape) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < new Shape(shape).size(); i++) {
      order.add(i);
    }
    java.util.Collections.shuffle(order, new Random(17 + inputs.size()));
    float[] values = new float[order.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (gap * (order.get(i) + 1)) * (signed && order.get(i) % 2 == 1 ? -1 : 1);
    }
    return input(HostTensor.of(new Shape(shape), values));
  }

  OneNode ints(long... values) {
    return input(HostTensor.of(new Shape(values.length), values));
  }

  OneNode input(HostTensor value) {
    String name = "in" + node.getInputCount();
    inputs.put(name, value);
    node.addInput(name);
    return this;
  }

  /** Leaves an optional input out. */
  OneNode none() {
    node.addInput("");
    return this;
  }

  OneNode outputs(int count) {
    node.clearOutput();
    for (int i = 0; i < count; i++) {
      node.addOutput("out" + i);
    }
    return this;
  }

  OneNode attribute(String name, long value) {
    return attribute(named(name, AttributeType.INT).setI(value));
  }

  OneNode attribute(String name, double value) {
    return attribute(named(name, AttributeType.FLOAT).setF((float) value));
  }

  OneNode attribute(String name, String value) {
    return attribute(named(name, AttributeType.STRING).setS(ByteString.copyFromUtf8(value)));
  }

  OneNode list(String name, long... values) {
    AttributeProto.Builder list = named(name, AttributeType.INTS);
    for (long value : values) {
      list.addInts(value);
    }
    return attribute(list);
  }

  private OneNode attribute(AttributeProto.Builder attribute) {
    node.addAttribute(attribute);
    return this;
  }

  private static AttributeProto.Builder named(String name, AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type);
  }

  /** The last input is an initializer that has no gradient. */
  OneNode held() {
    held.add(node.getInput(node.getInputCount() - 1));
    return this;
  }

  boolean isHeld(String input) {
    return held.contains(input);
  }

  /** Runs in training mode. ONNX Runtime, which has no such mode, runs these equivalent nodes. */
  OneNode trainingMeans(NodeProto... nodes) {
    reference.addAll(List.of(nodes));
    return this;
  }

  boolean isTraining() {
    return !reference.isEmpty();
  }

  String operator() {
    return operator;
  }

  int opset() {
    return opset;
  }

  Map<String, HostTensor> inputs() {
    return inputs;
  }

  /** The model in which all but the given inputs are initializers. */
  byte[] model(Predicate<String> isInput) {
    return model(isInput, List.of(node.build()));
  }

  /** The same model, of the nodes that ONNX Runtime runs. */
  byte[] reference(Predicate<String> isInput) {
    return model(isInput, reference.isEmpty() ? List.of(node.build()) : reference);
  }

  private byte[] model(Predicate<String> isInput, List<NodeProto> nodes) {
    ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(opset > 20 ? 10 : 8);
    model.addOpsetImportBuilder().setVersion(opset);
    var graph = model.getGraphBuilder().setName("one").addAllNode(nodes);
    inputs.forEach(
        (name, value) -> {
          if (isInput.test(name)) {
            var type = graph.addInputBuilder().setName(name).getTypeBuilder();
            type.getTensorTypeBuilder().setElemType(elementType(value)).getShapeBuilder();
            for (long size : value.shape().getShape()) {
              type.getTensorTypeBuilder().getShapeBuilder().addDimBuilder().setDimValue(size);
            }
          } else {
            TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(elementType(value));
            for (long size : value.shape().getShape()) {
              tensor.addDims(size);
            }
            graph.addInitializer(tensor.setRawData(ByteString.copyFrom(value.bytes())));
          }
        });
    node.getOutputList()
        .forEach(
            name -> {
              var type = graph.addOutputBuilder().setName(name).getTypeBuilder();
              type.getTensorTypeBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE);
            });
    return model.build().toByteArray();
  }

  private static int elementType(HostTensor value) {
    DataType type = value.type();
    return switch (type) {
      case FLOAT32 -> TensorProto.DataType.FLOAT_VALUE;
      case FLOAT64 -> TensorProto.DataType.DOUBLE_VALUE;
      case INT64 -> TensorProto.DataType.INT64_VALUE;
      case BOOLEAN -> TensorProto.DataType.BOOL_VALUE;
      default -> throw new IllegalArgumentException("no input of type " + type);
    };
  }

  @Override
  public String toString() {
    return operator + "-" + opset + (remark.isEmpty() ? "" : ", " + remark);
  }
}

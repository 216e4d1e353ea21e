package io.millrace.trainer.graph.ops;

import ai.djl.ndarray.types.DataType;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A node while it is compiled: its attributes, the slots it reads, the slots it sets. Records which
 * attributes the operator reads, so that an unknown attribute is refused, not ignored.
 */
public final class Node {
  private final NodeProto proto;
  private final int opset;
  private final Slots slots;
  private final TreeMap<String, AttributeProto> attributes = new TreeMap<>();
  private final Set<String> read = new TreeSet<>();

  public Node(NodeProto proto, int opset, Slots slots) {
    this.proto = proto;
    this.opset = opset;
    this.slots = slots;
    proto.getAttributeList().forEach(attribute -> attributes.put(attribute.getName(), attribute));
  }

  int opset() {
    return opset;
  }

  Slots slots() {
    return slots;
  }

  /** "node 'fc1' (Gemm)", or its first output if it has no name. */
  public static String describe(NodeProto proto) {
    String name =
        !proto.getName().isEmpty() || proto.getOutputCount() == 0
            ? "node '" + proto.getName() + "'"
            : "the node with output '" + proto.getOutput(0) + "'";
    return name + " (" + proto.getOpType() + ")";
  }

  GraphException refused(String why) {
    return new GraphException(describe(proto) + ": " + why);
  }

  boolean has(int input) {
    return input < proto.getInputCount() && !proto.getInput(input).isEmpty();
  }

  int inputCount() {
    return proto.getInputCount();
  }

  /** The slot of a required input. */
  int in(int input) {
    if (!has(input)) {
      throw refused("input %d is missing".formatted(input));
    }
    Integer slot = slots.find(proto.getInput(input));
    if (slot == null) {
      throw refused(
          "reads '%s', which is no input, no initializer and no output of an earlier node"
              .formatted(proto.getInput(input)));
    }
    return slot;
  }

  DataType type(int input) {
    return slots.type(in(input));
  }

  /** The type of an input that must be float32 or float64. */
  DataType floating(int input) {
    DataType type = type(input);
    if (!type.isFloating()) {
      throw refused("input %d is %s, expected float32 or float64".formatted(input, type));
    }
    return type;
  }

  /** The type that all inputs from the first to the last must share. */
  DataType common(int first, int last) {
    DataType type = type(first);
    for (int i = first + 1; i <= last; i++) {
      if (has(i) && type(i) != type) {
        throw refused("inputs of types %s and %s, expected the same".formatted(type, type(i)));
      }
    }
    return type;
  }

  /** The integers of a constant input; null if they are known only when the graph runs. */
  @Nullable HostInts ints(int input) {
    return slots.ints(in(input));
  }

  /** The value of a constant input; null if it is known only when the graph runs. */
  @Nullable HostTensor constant(int input) {
    return slots.constant(in(input));
  }

  /** The value of an input that is a constant or a weight, null if it is neither. */
  @Nullable HostTensor weight(int input) {
    return slots.initial(in(input));
  }

  /** Whether all inputs are integers that the host knows when the node runs. */
  boolean isOnHost() {
    for (int i = 0; i < inputCount(); i++) {
      if (has(i) && !slots.onHost(in(i))) {
        return false;
      }
    }
    return inputCount() > 0;
  }

  boolean hasOut(int output) {
    return output < proto.getOutputCount() && !proto.getOutput(output).isEmpty();
  }

  int outputCount() {
    return proto.getOutputCount();
  }

  /** Declares an output on the device; an unnamed slot if the node omits it. */
  int emit(int output, DataType type) {
    return slots.add(hasOut(output) ? proto.getOutput(output) : "", type);
  }

  int emitOnHost(int output, DataType type) {
    return slots.addOnHost(hasOut(output) ? proto.getOutput(output) : "", type);
  }

  void emitConstant(HostTensor value) {
    slots.addConstant(hasOut(0) ? proto.getOutput(0) : "", value);
  }

  /** A constant that the kernel needs. */
  int scalar(DataType type, double value) {
    return slots.addConstant("", HostTensor.scalar(type, value));
  }

  @Nullable AttributeProto attribute(String name, AttributeProto.AttributeType type) {
    read.add(name);
    AttributeProto attribute = attributes.get(name);
    if (attribute != null && attribute.getType() != type) {
      throw refused(
          "attribute %s is of type %s, expected %s".formatted(name, attribute.getType(), type));
    }
    return attribute;
  }

  boolean hasAttribute(String name) {
    return attributes.containsKey(name);
  }

  long longOr(String name, long absent) {
    AttributeProto attribute = attribute(name, AttributeProto.AttributeType.INT);
    return attribute == null ? absent : attribute.getI();
  }

  boolean flag(String name, boolean absent) {
    return longOr(name, absent ? 1 : 0) != 0;
  }

  double doubleOr(String name, double absent) {
    AttributeProto attribute = attribute(name, AttributeProto.AttributeType.FLOAT);
    return attribute == null ? absent : attribute.getF();
  }

  String stringOr(String name, String absent) {
    AttributeProto attribute = attribute(name, AttributeProto.AttributeType.STRING);
    return attribute == null ? absent : attribute.getS().toStringUtf8();
  }

  long @Nullable [] longs(String name) {
    AttributeProto attribute = attribute(name, AttributeProto.AttributeType.INTS);
    return attribute == null
        ? null
        : attribute.getIntsList().stream().mapToLong(Long::longValue).toArray();
  }

  /** Declares attributes that have no effect here. */
  void ignore(String... names) {
    read.addAll(List.of(names));
  }

  /** Refuses attributes that the operator did not read. */
  void requireAllRead() {
    for (String name : attributes.keySet()) {
      if (!read.contains(name)) {
        throw refused(
            "attribute %s is not supported in opset %d; supported are %s"
                .formatted(name, opset, read));
      }
    }
  }
}

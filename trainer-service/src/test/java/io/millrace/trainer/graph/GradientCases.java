package io.millrace.trainer.graph;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.millrace.trainer.graph.ops.HostTensor;
import java.util.ArrayList;
import java.util.List;

/** Every operator with a gradient, in each of its forms in opsets 7 to 21. */
final class GradientCases {
  /** Operators without a gradient: counts, comparisons, and values that are known before a pass. */
  static final List<String> WITHOUT_GRADIENT =
      List.of(
          "And",
          "Constant",
          "Equal",
          "Greater",
          "GreaterOrEqual",
          "Less",
          "LessOrEqual",
          "Not",
          "Or",
          "Shape",
          "Xor");

  private final List<OneNode> cases = new ArrayList<>();

  private GradientCases() {}

  static List<OneNode> all() {
    GradientCases cases = new GradientCases();
    cases.elementwise();
    cases.arithmetic();
    cases.choices();
    cases.products();
    cases.convolutions();
    cases.pools();
    cases.normalizations();
    cases.trainedNormalization();
    cases.reductions();
    cases.shapes();
    cases.parts();
    return cases.cases;
  }

  private OneNode add(String operator, int opset, String remark) {
    OneNode one = new OneNode(operator, opset, remark);
    cases.add(one);
    return one;
  }

  private void elementwise() {
    for (String operator : List.of("Sqrt", "Log", "Reciprocal")) {
      add(operator, 13, "").positive(0.4, 2, 3);
    }
    for (String operator :
        List.of(
            "Exp",
            "Neg",
            "Abs",
            "Erf",
            "Relu",
            "Sigmoid",
            "Tanh",
            "Sin",
            "Cos",
            "Softplus",
            "Identity")) {
      add(operator, 13, "").signed(0.4, 2, 3);
    }
    add("LeakyRelu", 16, "").signed(0.4, 2, 3).attribute("alpha", 0.2);
    add("Elu", 6 + 1, "").signed(0.4, 2, 3).attribute("alpha", 0.7);
    add("HardSigmoid", 13, "saturated too").signed(0.7, 2, 3);
    add("HardSigmoid", 13, "alpha and beta")
        .signed(0.7, 2, 3)
        .attribute("alpha", 0.3)
        .attribute("beta", 0.4);
    add("Gelu", 20, "").signed(0.4, 2, 3);
    add("Gelu", 20, "tanh").signed(0.4, 2, 3).attribute("approximate", "tanh");
    add("Gelu", 21, "").signed(0.4, 2, 3);
    for (String operator : List.of("Softmax", "LogSoftmax")) {
      add(operator, 13, "").signed(0.3, 2, 3);
      add(operator, 13, "axis 1 of 3").signed(0.1, 2, 3, 2).attribute("axis", 1);
      add(operator, 11, "flattened to a matrix").signed(0.1, 2, 3, 2);
    }
    add("Cast", 13, "to float").signed(0.4, 2, 3).attribute("to", 1);
    add("Cast", 19, "to float, saturate").signed(0.4, 2, 3).attribute("to", 1);
  }

  private void arithmetic() {
    for (String operator : List.of("Add", "Sub", "Mul", "Div")) {
      add(operator, 7, "").signed(0.4, 2, 3).positive(0.5, 2, 3);
      add(operator, 14, "right broadcast").signed(0.4, 2, 3).positive(0.5, 3);
      add(operator, 14, "left broadcast").signed(0.4, 3, 1).positive(0.5, 2, 1, 2);
      add(operator, 14, "scalar").signed(0.4, 2, 3).positive(0.5);
    }
    for (String operator : List.of("Max", "Min", "Sum", "Mean")) {
      add(operator, 8, "two").signed(0.4, 2, 3).signed(0.31, 2, 3);
      add(operator, 13, "three, broadcast").signed(0.4, 2, 3).signed(0.31, 3).signed(0.57, 2, 1);
      add(operator, 13, "one").signed(0.4, 2, 3);
    }
    add("Pow", 7, "").positive(0.4, 2, 3).positive(0.3, 2, 3);
    add("Pow", 15, "broadcast").positive(0.4, 2, 3).signed(0.5, 3);
  }

  private void choices() {
    HostTensor two = new HostTensor(DataType.BOOLEAN, new Shape(2, 1), new byte[] {1, 0});
    add("Where", 9, "").input(two).signed(0.4, 2, 3).signed(0.5, 2, 3);
    add("Where", 16, "broadcast").input(two).signed(0.4, 3).signed(0.5);
    add("Clip", 7, "attributes").signed(0.4, 2, 3).attribute("min", -0.6).attribute("max", 1.1);
    add("Clip", 13, "bounds are inputs")
        .signed(0.4, 2, 3)
        .input(HostTensor.of(new Shape(), -0.6f))
        .input(HostTensor.of(new Shape(), 1.1f));
    add("Clip", 13, "max only").signed(0.4, 2, 3).none().input(HostTensor.of(new Shape(), 0.9f));
    add("Dropout", 7, "not training").signed(0.4, 2, 3).attribute("ratio", 0.5);
    add("Dropout", 13, "not training").signed(0.4, 2, 3);
  }

  private void products() {
    add("Gemm", 11, "").signed(0.2, 2, 3).signed(0.15, 3, 2).signed(0.3, 2);
    add("Gemm", 13, "no bias").signed(0.2, 2, 3).signed(0.15, 3, 2);
    add("Gemm", 7, "transposed, alpha, beta, bias of a column")
        .signed(0.2, 3, 2)
        .signed(0.15, 4, 3)
        .signed(0.3, 2, 1)
        .attribute("transA", 1)
        .attribute("transB", 1)
        .attribute("alpha", 0.5)
        .attribute("beta", 2.0);
    add("MatMul", 13, "").signed(0.2, 2, 3).signed(0.15, 3, 2);
    add("MatMul", 9, "batches").signed(0.1, 2, 2, 3).signed(0.1, 2, 3, 2);
    add("MatMul", 13, "batches by a matrix").signed(0.1, 2, 2, 3).signed(0.15, 3, 2);
    add("MatMul", 13, "by a vector").signed(0.2, 2, 3).signed(0.3, 3);
    add("MatMul", 13, "of a vector").signed(0.3, 3).signed(0.2, 3, 2);
  }

  private void convolutions() {
    add("Conv", 11, "")
        .signed(0.05, 2, 2, 4, 4)
        .signed(0.05, 3, 2, 2, 2)
        .signed(0.2, 3)
        .list("kernel_shape", 2, 2);
    add("Conv", 11, "1-d, no bias")
        .signed(0.1, 2, 2, 5)
        .signed(0.1, 2, 2, 3)
        .list("kernel_shape", 3);
    add("Conv", 11, "3-d")
        .signed(0.05, 1, 1, 3, 3, 3)
        .signed(0.1, 1, 1, 2, 2, 2)
        .list("kernel_shape", 2, 2, 2);
    add("Conv", 11, "strides, uneven pads, dilations")
        .signed(0.05, 1, 1, 5, 6)
        .signed(0.1, 2, 1, 2, 2)
        .list("kernel_shape", 2, 2)
        .list("strides", 2, 1)
        .list("pads", 0, 1, 2, 1)
        .list("dilations", 1, 2);
    add("Conv", 11, "groups")
        .signed(0.05, 1, 4, 3, 3)
        .signed(0.1, 4, 1, 2, 2)
        .list("kernel_shape", 2, 2)
        .attribute("group", 4);
    for (String padding : List.of("SAME_UPPER", "SAME_LOWER", "VALID")) {
      add("Conv", 11, padding)
          .signed(0.05, 1, 1, 4, 5)
          .signed(0.1, 1, 1, 2, 2)
          .list("kernel_shape", 2, 2)
          .list("strides", 2, 2)
          .attribute("auto_pad", padding);
    }
  }

  private void pools() {
    for (String operator : List.of("MaxPool", "AveragePool")) {
      add(operator, 11, "").signed(0.15, 1, 2, 4, 4).list("kernel_shape", 2, 2);
      add(operator, 11, "1-d, strides")
          .signed(0.15, 2, 2, 6)
          .list("kernel_shape", 3)
          .list("strides", 2);
      add(operator, 11, "uneven pads")
          .positive(0.15, 1, 1, 4, 5)
          .list("kernel_shape", 2, 3)
          .list("pads", 0, 1, 1, 2)
          .list("strides", 2, 2);
      add(operator, 10, "ceil_mode")
          .signed(0.15, 1, 1, 5, 5)
          .list("kernel_shape", 2, 2)
          .list("strides", 2, 2)
          .attribute("ceil_mode", 1);
      add(operator, 11, "SAME_UPPER")
          .signed(0.15, 1, 1, 4, 5)
          .list("kernel_shape", 2, 2)
          .list("strides", 2, 2)
          .attribute("auto_pad", "SAME_UPPER");
    }
    add("MaxPool", 12, "dilations")
        .signed(0.15, 1, 1, 5, 5)
        .list("kernel_shape", 2, 2)
        .list("dilations", 2, 2);
    add("AveragePool", 7, "count_include_pad")
        .signed(0.15, 1, 1, 3, 3)
        .list("kernel_shape", 2, 2)
        .list("pads", 1, 1, 1, 1)
        .attribute("count_include_pad", 1);
    add("AveragePool", 19, "dilations")
        .signed(0.15, 1, 1, 5, 5)
        .list("kernel_shape", 2, 2)
        .list("dilations", 2, 2);
    add("GlobalAveragePool", 7, "").signed(0.15, 2, 2, 3, 2);
  }

  private void normalizations() {
    add("LayerNormalization", 17, "").signed(0.2, 2, 4).signed(0.5, 4).signed(0.3, 4);
    add("LayerNormalization", 17, "no bias, two axes")
        .signed(0.1, 2, 2, 3)
        .signed(0.2, 2, 3)
        .attribute("axis", 1)
        .attribute("epsilon", 1e-3);
    for (int opset : new int[] {7, 9, 14, 15}) {
      add("BatchNormalization", opset, "not training")
          .signed(0.1, 2, 3, 2)
          .positive(0.3, 3)
          .signed(0.2, 3)
          .signed(0.1, 3)
          .held()
          .positive(0.4, 3)
          .held();
    }
  }

  private void trainedNormalization() {
    add("BatchNormalization", 15, "training")
        .attribute("epsilon", 0.0)
        .signed(0.1, 4, 3)
        .positive(0.3, 3)
        .signed(0.2, 3)
        .signed(0.1, 3)
        .held()
        .positive(0.4, 3)
        .held()
        .trainingMeans(
            mean("m", "in0"),
            node("Sub", "d", "in0", "m"),
            node("Mul", "dd", "d", "d"),
            mean("v", "dd"),
            node("Sqrt", "s", "v"),
            node("Div", "n", "d", "s"),
            node("Mul", "g", "n", "in1"),
            node("Add", "out0", "g", "in2"));
  }

  private static NodeProto node(String operator, String out, String... in) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .addAllInput(List.of(in))
        .addOutput(out)
        .build();
  }

  private static NodeProto mean(String out, String in) {
    return node("ReduceMean", out, in).toBuilder()
        .addAttribute(
            AttributeProto.newBuilder().setName("axes").setType(AttributeType.INTS).addInts(0))
        .build();
  }

  private void reductions() {
    for (String operator : List.of("ReduceMean", "ReduceMax", "ReduceSum")) {
      boolean early = operator.equals("ReduceSum");
      add(operator, 11, "all").signed(0.15, 2, 3, 2);
      add(operator, 11, "axes as attribute, dropped")
          .signed(0.15, 2, 3, 2)
          .list("axes", 0, -1)
          .attribute("keepdims", 0);
      for (int opset : early ? new int[] {13, 18, 21} : new int[] {18, 20, 21}) {
        add(operator, opset, "axes as input").signed(0.15, 2, 3, 2).ints(1);
        add(operator, opset, "negative axes as input, dropped")
            .signed(0.15, 2, 3, 2)
            .ints(-1, 0)
            .attribute("keepdims", 0);
        add(operator, opset, "no axes, all").signed(0.15, 2, 3);
        add(operator, opset, "no axes, none")
            .signed(0.15, 2, 3)
            .attribute("noop_with_empty_axes", 1);
      }
    }
  }

  private void shapes() {
    add("Reshape", 7, "").signed(0.15, 2, 3, 2).ints(0, -1);
    add("Reshape", 14, "").signed(0.15, 2, 3, 2).ints(3, 4);
    add("Reshape", 21, "").signed(0.15, 2, 3, 2).ints(-1, 2);
    add("Flatten", 13, "").signed(0.15, 2, 3, 2);
    add("Flatten", 21, "axis -1").signed(0.15, 2, 3, 2).attribute("axis", -1);
    add("Transpose", 13, "reversed").signed(0.15, 2, 3, 2);
    add("Transpose", 21, "").signed(0.15, 2, 3, 2).list("perm", 1, 2, 0);
    add("Squeeze", 11, "axes as attribute").signed(0.15, 1, 3, 1).list("axes", 0);
    add("Squeeze", 13, "axes as input").signed(0.15, 1, 3, 1).ints(-1);
    add("Squeeze", 21, "all").signed(0.15, 1, 3, 1);
    add("Unsqueeze", 11, "axes as attribute").signed(0.15, 2, 3).list("axes", 0, 3);
    add("Unsqueeze", 13, "axes as input").signed(0.15, 2, 3).ints(-1, 1);
    add("Unsqueeze", 21, "axes as input").signed(0.15, 2, 3).ints(1);
    add("Expand", 8, "").signed(0.15, 3, 1).ints(2, 1, 4);
    add("Expand", 13, "to a smaller shape").signed(0.15, 2, 3).ints(1, 1);
  }

  private void parts() {
    add("Concat", 13, "").signed(0.2, 2, 3).signed(0.3, 2, 1).attribute("axis", 1);
    add("Concat", 11, "three, negative axis")
        .signed(0.2, 1, 2)
        .signed(0.3, 3, 2)
        .signed(0.1, 2, 2)
        .attribute("axis", -2);
    add("Split", 11, "equal").signed(0.2, 4, 2).outputs(2);
    add("Split", 11, "sizes as attribute")
        .signed(0.2, 2, 4)
        .outputs(2)
        .list("split", 1, 3)
        .attribute("axis", 1);
    add("Split", 13, "sizes as input")
        .signed(0.2, 2, 4)
        .ints(3, 1)
        .outputs(2)
        .attribute("axis", -1);
    add("Split", 18, "num_outputs, the last smaller")
        .signed(0.2, 5, 2)
        .outputs(3)
        .attribute("num_outputs", 3);
    add("Split", 21, "num_outputs")
        .signed(0.2, 2, 4)
        .outputs(2)
        .attribute("num_outputs", 2)
        .attribute("axis", 1);
    add("Slice", 9, "attributes")
        .signed(0.1, 4, 5)
        .list("starts", 1, -3)
        .list("ends", 3, 1000)
        .list("axes", 0, 1);
    add("Slice", 10, "inputs").signed(0.1, 4, 5).ints(1, 0).ints(4, -1);
    add("Slice", 13, "steps, backwards too")
        .signed(0.1, 4, 5)
        .ints(-1, 0)
        .ints(-1000, 5)
        .ints(0, 1)
        .ints(-1, 2);
    add("Gather", 13, "rows, twice the same, negative").signed(0.1, 4, 3).ints(0, 2, 2, -1);
    add("Gather", 11, "columns by a matrix")
        .signed(0.1, 3, 4)
        .input(HostTensor.of(new Shape(2, 2), 0L, 3L, 1L, 3L))
        .attribute("axis", 1);
  }
}

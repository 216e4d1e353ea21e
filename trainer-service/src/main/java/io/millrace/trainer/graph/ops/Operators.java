package io.millrace.trainer.graph.ops;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.millrace.trainer.torch.Torch;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The supported operators of ONNX, each with its first opset. */
public final class Operators {
  /** The oldest and the newest opset that are read. */
  public static final int OLDEST_OPSET = 7;

  public static final int NEWEST_OPSET = 21;

  private record Since(int opset, Operator operator) {}

  private static final TreeMap<String, Since> BY_NAME = new TreeMap<>();

  private Operators() {}

  static {
    put("Add", Arithmetic.binary(Torch::add));
    put("Sub", Arithmetic.binary(Torch::sub));
    put("Mul", Arithmetic.binary(Torch::mul));
    put("Div", Arithmetic::divide);
    put("Pow", Arithmetic::power);
    put("Sqrt", Arithmetic.floating(Torch::sqrt));
    put("Exp", Arithmetic.floating(Torch::exp));
    put("Log", Arithmetic.floating(Torch::log));
    put("Erf", 9, Arithmetic.floating(Torch::erf));
    put("Sin", Arithmetic.floating(Torch::sin));
    put("Cos", Arithmetic.floating(Torch::cos));
    put("Reciprocal", Arithmetic::reciprocal);
    put("Neg", Arithmetic.unary(Torch::neg));
    put("Abs", Arithmetic.unary(Torch::abs));
    put("Clip", Arithmetic::clip);
    put("Where", 9, Arithmetic::where);
    put("Cast", Arithmetic::cast);
    put("Identity", Arithmetic::identity);
    put("Equal", Arithmetic.comparison(Torch::eq));
    put("Less", Arithmetic.comparison(Torch::lt));
    put("Greater", Arithmetic.comparison(Torch::gt));
    put("LessOrEqual", 12, Arithmetic.comparison(Torch::lte));
    put("GreaterOrEqual", 12, Arithmetic.comparison(Torch::gte));
    put("And", Arithmetic.logical(Torch::logicalAnd));
    put("Or", Arithmetic.logical(Torch::logicalOr));
    put("Xor", Arithmetic.logical(Torch::logicalXor));
    put("Not", Arithmetic::not);
    put("Max", Variadic.fold(Torch::max));
    put("Min", Variadic.fold(Torch::min));
    put("Sum", Variadic.fold(Torch::add));
    put("Mean", Variadic::mean);

    put("Relu", Arithmetic.unary(Torch::relu));
    put("LeakyRelu", Activations::leakyRelu);
    put("Elu", Activations::elu);
    put("Gelu", 20, Activations::gelu);
    put("Sigmoid", Arithmetic.floating(Torch::sigmoid));
    put("Tanh", Arithmetic.floating(Torch::tanh));
    put("HardSigmoid", Activations::hardSigmoid);
    put("Softplus", Arithmetic.floating(Torch::softPlus));
    put("Softmax", Activations.softmax(Torch::softmax));
    put("LogSoftmax", Activations.softmax(Torch::logSoftmax));

    put("Gemm", Products::gemm);
    put("MatMul", Products::matMul);
    put("Conv", Convolution::compile);
    put("MaxPool", Pooling::max);
    put("AveragePool", Pooling::average);
    put("GlobalAveragePool", Reductions::globalAverage);
    put("LayerNormalization", 17, Normalizations::layer);
    put("BatchNormalization", BatchNormalization::compile);
    put("Dropout", Dropout::compile);

    put("Constant", Constants::constant);
    put("Shape", Constants::shape);
    put("Reshape", Reshapes::reshape);
    put("Flatten", Reshapes::flatten);
    put("Squeeze", Reshapes::squeeze);
    put("Unsqueeze", Reshapes::unsqueeze);
    put("Transpose", Layouts::transpose);
    put("Concat", Layouts::concat);
    put("Expand", 8, Layouts::expand);
    put("Split", Layouts::split);
    put("Slice", Slices::slice);
    put("Gather", Gathers::gather);

    put("ReduceMean", Reductions.reduce(18, Reductions::mean));
    put("ReduceMax", Reductions.reduce(18, Reductions::max));
    put("ReduceSum", Reductions.reduce(13, Reductions::sum));
  }

  private static void put(String name, Operator operator) {
    put(name, OLDEST_OPSET, operator);
  }

  private static void put(String name, int opset, Operator operator) {
    BY_NAME.put(name, new Since(opset, operator));
  }

  /** The names of all supported operators. */
  public static Set<String> supported() {
    return new TreeSet<>(BY_NAME.keySet());
  }

  /**
   * Compiles a node and declares its outputs in the slots.
   *
   * @throws GraphException if the operator, or a feature that the node uses, is not supported
   */
  public static Kernel compile(NodeProto proto, int opset, Slots slots) {
    Since since = isOnnx(proto) ? BY_NAME.get(proto.getOpType()) : null;
    if (since == null || opset < since.opset()) {
      throw new GraphException(
          "%s: operator %s%s is not supported in opset %d; supported are %s"
              .formatted(
                  Node.describe(proto),
                  isOnnx(proto) ? "" : proto.getDomain() + ".",
                  proto.getOpType(),
                  opset,
                  String.join(", ", BY_NAME.keySet())));
    }
    Node node = new Node(proto, opset, slots);
    try {
      Kernel onHost = HostOperators.compile(node, proto.getOpType());
      Kernel kernel = onHost != null ? onHost : since.operator().compile(node);
      node.requireAllRead();
      return kernel;
    } catch (GraphException e) {
      String message = String.valueOf(e.getMessage());
      throw message.startsWith(Node.describe(proto)) ? e : node.refused(message);
    }
  }

  private static boolean isOnnx(NodeProto proto) {
    return proto.getDomain().isEmpty() || proto.getDomain().equals("ai.onnx");
  }
}

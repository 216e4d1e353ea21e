package io.millrace.trainer.graph.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.trainer.torch.Torch;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** The element-wise operators, with broadcasting. */
final class Arithmetic {
  private Arithmetic() {}

  /** One operand of any type. */
  static Operator unary(UnaryOperator<PtNDArray> function) {
    return node -> unary(node, node.type(0), function);
  }

  /** One operand, float32 or float64. */
  static Operator floating(UnaryOperator<PtNDArray> function) {
    return node -> unary(node, node.floating(0), function);
  }

  static Kernel unary(Node node, DataType type, UnaryOperator<PtNDArray> function) {
    int in = node.in(0);
    int out = node.emit(0, type);
    return frame -> frame.set(out, function.apply(frame.array(in)));
  }

  /** Two operands of one type, which is the result's. */
  static Operator binary(BinaryOperator<PtNDArray> function) {
    return node -> binary(node, numeric(node), function);
  }

  /** Two operands of one type; the result is boolean. */
  static Operator comparison(BinaryOperator<PtNDArray> function) {
    return node -> {
      node.common(0, 1);
      return binary(node, DataType.BOOLEAN, function);
    };
  }

  /** Two boolean operands; the result is boolean. */
  static Operator logical(BinaryOperator<PtNDArray> function) {
    return node -> {
      requireBooleans(node);
      return binary(node, DataType.BOOLEAN, function);
    };
  }

  static Kernel not(Node node) {
    requireBooleans(node);
    return unary(node, DataType.BOOLEAN, Torch::logicalNot);
  }

  private static void requireBooleans(Node node) {
    DataType type = node.common(0, node.inputCount() - 1);
    if (type != DataType.BOOLEAN) {
      throw node.refused("inputs are %s, expected bool".formatted(type));
    }
  }

  static Kernel reciprocal(Node node) {
    DataType type = node.floating(0);
    int in = node.in(0);
    int one = node.scalar(type, 1);
    int out = node.emit(0, type);
    return frame -> frame.set(out, Torch.div(frame.array(one), frame.array(in)));
  }

  private static DataType numeric(Node node) {
    DataType type = node.common(0, 1);
    if (type == DataType.BOOLEAN) {
      throw node.refused("inputs are bool, expected numbers");
    }
    if (node.opset() < 7) {
      throw node.refused("opset " + node.opset());
    }
    return type;
  }

  private static Kernel binary(Node node, DataType type, BinaryOperator<PtNDArray> function) {
    int left = node.in(0);
    int right = node.in(1);
    int out = node.emit(0, type);
    return frame -> frame.set(out, function.apply(frame.array(left), frame.array(right)));
  }

  /** ONNX divides integers towards zero; PyTorch would give a float. */
  static Kernel divide(Node node) {
    if (numeric(node).isFloating()) {
      return binary(node, node.type(0), Torch::div);
    }
    int left = node.in(0);
    int right = node.in(1);
    int out = node.emit(0, node.type(0));
    return frame ->
        frame.set(
            out, frame.upload(HostMath.divide(frame.host(left), frame.host(right)).toTensor()));
  }

  /** The result is of the base's type, whatever the exponent's. */
  static Kernel power(Node node) {
    DataType type = node.type(0);
    int base = node.in(0);
    int exponent = node.in(1);
    int out = node.emit(0, type);
    HostTensor constant = node.constant(1);
    if (constant != null && constant.shape().size() == 1 && constant.shape().dimension() == 0) {
      double value = constant.doubles()[0];
      if (value == 2) {
        return frame -> frame.set(out, Torch.square(frame.array(base)));
      }
      if (value == 0.5 && type.isFloating()) {
        return frame -> frame.set(out, Torch.sqrt(frame.array(base)));
      }
    }
    if (node.type(1) == type) {
      return frame -> frame.set(out, Torch.pow(frame.array(base), frame.array(exponent)));
    }
    if (type.isFloating()) {
      return frame -> {
        PtNDArray same = frame.convert(frame.array(exponent), type);
        frame.set(out, Torch.pow(frame.array(base), same));
      };
    }
    return frame -> {
      PtNDArray wide = frame.convert(frame.array(base), DataType.FLOAT64);
      PtNDArray exact = frame.convert(frame.array(exponent), DataType.FLOAT64);
      frame.set(out, frame.convert(Torch.pow(wide, exact), type));
    };
  }

  static Kernel where(Node node) {
    DataType type = node.common(1, 2);
    int condition = node.in(0);
    if (node.type(0) != DataType.BOOLEAN) {
      throw node.refused("condition is %s, expected bool".formatted(node.type(0)));
    }
    int then = node.in(1);
    int otherwise = node.in(2);
    int out = node.emit(0, type);
    return frame ->
        frame.set(
            out, Torch.where(frame.array(condition), frame.array(then), frame.array(otherwise)));
  }

  /**
   * The gradient flows through conversions between float32 and float64; DJL's own conversion would
   * stop it.
   */
  static Kernel cast(Node node) {
    node.ignore("saturate");
    DataType from = node.type(0);
    DataType to = OnnxTensors.type((int) node.longOr("to", 0), "attribute 'to'");
    int in = node.in(0);
    int out = node.emit(0, to);
    if (from == to) {
      return frame -> frame.lend(out, frame.array(in));
    }
    if (from.isFloating() && to.isFloating()) {
      return frame -> {
        PtNDArray column = frame.own(Torch.unsqueeze(frame.array(in), -1));
        frame.set(out, Torch.squeeze(Torch.cumProd(column, -1, to), -1));
      };
    }
    return frame -> frame.set(out, frame.convert(frame.array(in), to));
  }

  static Kernel identity(Node node) {
    int in = node.in(0);
    int out = node.emit(0, node.type(0));
    return frame -> frame.lend(out, frame.array(in));
  }

  /** Bounds are attributes up to opset 10 and inputs since opset 11. Both are optional. */
  static Kernel clip(Node node) {
    if (node.opset() < 11) {
      int in = node.in(0);
      double low = node.doubleOr("min", -Float.MAX_VALUE);
      double high = node.doubleOr("max", Float.MAX_VALUE);
      int out = node.emit(0, node.floating(0));
      return frame -> frame.set(out, Clamp.between(frame, frame.array(in), low, high));
    }
    return Clamp.compile(node);
  }
}

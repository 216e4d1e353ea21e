package io.millrace.trainer.graph.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.trainer.torch.Torch;

/** The activation functions. */
final class Activations {
  private Activations() {}

  static Kernel leakyRelu(Node node) {
    double alpha = node.doubleOr("alpha", 0.01f);
    return Arithmetic.unary(node, node.floating(0), x -> Torch.leakyRelu(x, alpha));
  }

  static Kernel elu(Node node) {
    double alpha = node.doubleOr("alpha", 1);
    return Arithmetic.unary(node, node.floating(0), x -> Torch.elu(x, alpha));
  }

  static Kernel gelu(Node node) {
    String approximate = node.stringOr("approximate", "none");
    if (approximate.equals("none")) {
      return Arithmetic.unary(node, node.floating(0), Torch::gelu);
    }
    if (!approximate.equals("tanh")) {
      throw node.refused("approximate '%s', expected none or tanh".formatted(approximate));
    }
    return geluTanh(node);
  }

  /* x / 2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))); the JNI layer has only the exact one. */
  private static Kernel geluTanh(Node node) {
    DataType type = node.floating(0);
    int in = node.in(0);
    int cubic = node.scalar(type, 0.044715);
    int scale = node.scalar(type, Math.sqrt(2 / Math.PI));
    int one = node.scalar(type, 1);
    int half = node.scalar(type, 0.5);
    int out = node.emit(0, type);
    return frame -> {
      PtNDArray x = frame.scoped(frame.array(in));
      PtNDArray cube = Torch.mul(Torch.square(x), x);
      PtNDArray inner = Torch.add(x, Torch.mul(cube, frame.array(cubic)));
      PtNDArray tanh = Torch.tanh(Torch.mul(inner, frame.array(scale)));
      PtNDArray gate = Torch.add(tanh, frame.array(one));
      frame.set(out, Torch.mul(Torch.mul(x, frame.array(half)), gate));
    };
  }

  static Kernel hardSigmoid(Node node) {
    DataType type = node.floating(0);
    int in = node.in(0);
    int alpha = node.scalar(type, node.doubleOr("alpha", 0.2f));
    int beta = node.scalar(type, node.doubleOr("beta", 0.5f));
    int out = node.emit(0, type);
    return frame -> {
      PtNDArray line = frame.own(Torch.mul(frame.array(in), frame.array(alpha)));
      frame.set(out, Torch.clip(Torch.add(line, frame.array(beta)), 0.0, 1.0));
    };
  }

  /** Softmax or its logarithm. */
  @FunctionalInterface
  interface SoftmaxFunction {
    PtNDArray over(PtNDArray array, long axis, DataType type);
  }

  /** One axis since opset 13; before, all axes from the given one on, as if they were one. */
  static Operator softmax(SoftmaxFunction function) {
    return node -> {
      DataType type = node.floating(0);
      int in = node.in(0);
      int out = node.emit(0, type);
      if (node.opset() >= 13) {
        long axis = node.longOr("axis", -1);
        return frame -> frame.set(out, function.over(frame.array(in), axis, type));
      }
      long axis = node.longOr("axis", 1);
      return frame -> {
        PtNDArray x = frame.array(in);
        Shape shape = x.getShape();
        long[] flat = Reshapes.flatten(shape.getShape(), axis);
        PtNDArray matrix = frame.own(Torch.reshape(x, flat));
        frame.set(out, Torch.reshape(function.over(matrix, 1, type), shape.getShape()));
      };
    };
  }
}

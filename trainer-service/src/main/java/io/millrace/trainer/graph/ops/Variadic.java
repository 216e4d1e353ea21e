package io.millrace.trainer.graph.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.trainer.torch.Torch;
import java.util.function.BinaryOperator;

/** The element-wise operators with any number of operands of one type, with broadcasting. */
final class Variadic {
  private Variadic() {}

  static Operator fold(BinaryOperator<PtNDArray> function) {
    return node -> {
      int[] in = operands(node);
      int out = node.emit(0, node.type(0));
      return frame -> frame.set(out, fold(frame, in, function));
    };
  }

  static Kernel mean(Node node) {
    DataType type = node.floating(0);
    int[] in = operands(node);
    int share = node.scalar(type, 1.0 / in.length);
    int out = node.emit(0, type);
    return frame -> {
      PtNDArray sum = frame.own(fold(frame, in, Torch::add));
      frame.set(out, Torch.mul(sum, frame.array(share)));
    };
  }

  private static int[] operands(Node node) {
    if (node.common(0, node.inputCount() - 1) == DataType.BOOLEAN) {
      throw node.refused("inputs are bool, expected numbers");
    }
    int[] in = new int[node.inputCount()];
    for (int i = 0; i < in.length; i++) {
      in[i] = node.in(i);
    }
    return in;
  }

  private static PtNDArray fold(Frame frame, int[] in, BinaryOperator<PtNDArray> function) {
    PtNDArray folded = frame.scoped(frame.array(in[0]));
    for (int i = 1; i < in.length; i++) {
      PtNDArray before = i == 1 ? folded : frame.own(folded);
      folded = function.apply(before, frame.array(in[i]));
    }
    return folded;
  }
}

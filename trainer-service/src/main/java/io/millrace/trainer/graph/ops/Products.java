package io.millrace.trainer.graph.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.trainer.torch.Torch;

/** Products of matrices. */
final class Products {
  private Products() {}

  static Kernel matMul(Node node) {
    int left = node.in(0);
    int right = node.in(1);
    int out = node.emit(0, node.common(0, 1));
    return frame -> frame.set(out, Torch.matmul(frame.array(left), frame.array(right)));
  }

  /* alpha A' B' + beta C. With alpha = beta = 1, which is what exporters write, one fused call. */
  static Kernel gemm(Node node) {
    DataType type = node.common(0, 2);
    int left = node.in(0);
    int right = node.in(1);
    int bias = node.has(2) ? node.in(2) : -1;
    boolean leftTransposed = node.flag("transA", false);
    boolean rightTransposed = node.flag("transB", false);
    double alpha = node.doubleOr("alpha", 1);
    double beta = node.doubleOr("beta", 1);
    if (alpha == 1 && (beta == 1 || bias < 0)) {
      int out = node.emit(0, type);
      return frame -> {
        PtNDArray a = leftTransposed ? transposed(frame, left) : frame.array(left);
        // linear() multiplies with the transpose of its second operand
        PtNDArray b = rightTransposed ? frame.array(right) : transposed(frame, right);
        frame.set(out, Torch.linear(a, b, bias < 0 ? Constants.absent() : frame.array(bias)));
      };
    }
    int scale = node.scalar(type, alpha);
    int biasScale = node.scalar(type, beta);
    int out = node.emit(0, type);
    return frame -> {
      PtNDArray a = leftTransposed ? transposed(frame, left) : frame.array(left);
      PtNDArray b = rightTransposed ? frame.array(right) : transposed(frame, right);
      PtNDArray product = frame.own(Torch.linear(a, b, Constants.absent()));
      PtNDArray scaled = Torch.mul(product, frame.array(scale));
      if (bias >= 0) {
        PtNDArray term = frame.own(Torch.mul(frame.array(bias), frame.array(biasScale)));
        scaled = Torch.add(scaled, term);
      }
      frame.set(out, scaled);
    };
  }

  private static PtNDArray transposed(Frame frame, int slot) {
    return frame.own(Torch.transpose(frame.array(slot), 0, 1));
  }
}

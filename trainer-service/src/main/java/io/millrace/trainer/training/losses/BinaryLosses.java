package io.millrace.trainer.training.losses;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.trainer.torch.Torch;

/** Binary cross entropy: -y log p - (1 - y) log(1 - p), y from 0 to 1. */
final class BinaryLosses {
  /** Probabilities are clamped to this distance from 0 and 1; beyond it, the gradient is zero. */
  private static final double FLOAT_MARGIN = 1e-7;

  private static final double DOUBLE_MARGIN = 1e-15;

  private BinaryLosses() {}

  /* log(1 + e^x) - x y */
  static PtNDArray onLogits(PtNDArray output, PtNDArray target) {
    return Torch.sub(Torch.softPlus(output), Torch.mul(output, target));
  }

  /* y (log(1-p) - log p) - log(1-p) */
  static PtNDArray onProbabilities(PtNDArray output, PtNDArray target) {
    PtNDArray yes = clamped(output);
    PtNDArray no = clamped(Torch.neg((PtNDArray) output.sub(1)));
    PtNDArray logNo = Torch.log(no);
    PtNDArray difference = Torch.sub(logNo, Torch.log(yes));
    return Torch.sub(Torch.mul(difference, target), logNo);
  }

  static PtNDArray clamped(PtNDArray probabilities) {
    double margin = probabilities.getDataType() == DataType.FLOAT64 ? DOUBLE_MARGIN : FLOAT_MARGIN;
    return Torch.clip(probabilities, margin, 1 - margin);
  }
}

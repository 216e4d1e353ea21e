package io.millrace.trainer.training.losses;

import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.trainer.torch.Torch;

/** Losses of a value, float [rows, ...], against labels of the same shape. */
final class ValueLosses {
  private ValueLosses() {}

  static PtNDArray square(PtNDArray output, PtNDArray target) {
    return Torch.square(Torch.sub(output, target));
  }

  static PtNDArray absolute(PtNDArray output, PtNDArray target) {
    return Torch.abs(Torch.sub(output, target));
  }

  /* d^2 / 2 up to delta, delta (d - delta / 2) beyond: with c = min(d, delta), c d - c^2 / 2. */
  static PtNDArray huber(PtNDArray output, PtNDArray target, double delta) {
    PtNDArray distance = absolute(output, target);
    PtNDArray near = Torch.clip(distance, 0.0, delta);
    PtNDArray twice = Torch.sub(Torch.add(distance, distance), near);
    PtNDArray product = Torch.mul(near, twice);
    return (PtNDArray) product.mul(0.5f);
  }
}

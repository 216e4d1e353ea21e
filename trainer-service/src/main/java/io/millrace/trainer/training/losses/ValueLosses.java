package io.millrace.trainer.training.losses;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/** Losses of a value, float [rows, ...], against labels of the same shape. */
final class ValueLosses {
  private ValueLosses() {}

  static PtNDArray square(PtNDArray output, PtNDArray target) {
    return JniUtils.square(JniUtils.sub(output, target));
  }

  static PtNDArray absolute(PtNDArray output, PtNDArray target) {
    return JniUtils.abs(JniUtils.sub(output, target));
  }

  /* d^2 / 2 up to delta, delta (d - delta / 2) beyond: with c = min(d, delta), c d - c^2 / 2. */
  static PtNDArray huber(PtNDArray output, PtNDArray target, double delta) {
    PtNDArray distance = absolute(output, target);
    PtNDArray near = JniUtils.clip(distance, 0.0, delta);
    PtNDArray twice = JniUtils.sub(JniUtils.add(distance, distance), near);
    PtNDArray product = JniUtils.mul(near, twice);
    return (PtNDArray) product.mul(0.5f);
  }
}

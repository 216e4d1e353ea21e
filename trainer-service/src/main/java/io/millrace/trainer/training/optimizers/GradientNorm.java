package io.millrace.trainer.training.optimizers;

import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.trainer.graph.ops.Residents;
import io.millrace.trainer.torch.Torch;
import io.millrace.trainer.training.optimizers.Vectors.Scalar;

/** The L2 norm of a gradient, and clipping to it as {@code clip_grad_norm_} does. */
public final class GradientNorm {
  private static final int EUCLIDEAN = 2;
  private static final int[] ALL = {0};
  private static final double EPSILON = 1e-6;

  private final double limit;
  private final Scalar factor;

  /**
   * @param limit the largest norm; 0 for no clipping
   */
  public GradientNorm(double limit, Vectors vectors) {
    this.limit = limit;
    this.factor = vectors.scalar(1);
  }

  /** Not finite if any element is not, or if their squares overflow. Waits for the device. */
  public static double of(PtNDArray gradient) {
    try (PtNDArray norm = Torch.norm(gradient, EUCLIDEAN, ALL, false)) {
      return Residents.download(norm).doubles()[0];
    }
  }

  public void clip(PtNDArray gradient, double norm) {
    double scale = limit / (norm + EPSILON);
    if (limit > 0 && scale < 1) {
      Torch.muli(gradient, factor.set(scale).array());
    }
  }
}

package io.millrace.trainer.training.optimizers;

import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.schemas.config.TrainingConfig;
import io.millrace.schemas.config.TrainingConfig.Optim;
import io.millrace.trainer.torch.Torch;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adam (Kingma and Ba, 2015) and, with decoupled decay, AdamW (Loshchilov and Hutter, 2019).
 *
 * <p>PyTorch moves by rate / (1 - b1^t) * m / (sqrt(v) / sqrt(1 - b2^t) + eps). DJL's native update
 * leaves both corrections to its caller: here they are folded into the rate and into eps, which is
 * the same number. It takes its settings as float32, so the betas are rounded before the
 * corrections are computed from them.
 */
final class Adam implements Optimizer {
  private static final float NO_CLIPPING = -1;

  private final boolean decoupled;
  private final float weightDecay;
  private final float beta1;
  private final float beta2;
  private final double epsilon;
  private final PtNDArray mean;
  private final PtNDArray variance;

  Adam(TrainingConfig training, Vectors vectors) {
    decoupled = training.optim() == Optim.ADAMW && training.weightDecay() > 0;
    weightDecay = (float) training.weightDecay();
    beta1 = (float) training.adamBeta1();
    beta2 = (float) training.adamBeta2();
    epsilon = training.adamEpsilon();
    mean = vectors.zeros();
    variance = vectors.zeros();
  }

  @Override
  public void update(PtNDArray weights, PtNDArray gradient, double learningRate, long step) {
    double meanCorrection = 1 - Math.pow(beta1, step);
    double spreadCorrection = Math.sqrt(1 - Math.pow(beta2, step));
    Torch.adamUpdate(
        weights,
        gradient,
        mean,
        variance,
        (float) learningRate,
        (float) (learningRate * spreadCorrection / meanCorrection),
        weightDecay,
        1,
        NO_CLIPPING,
        beta1,
        beta2,
        (float) (epsilon * spreadCorrection),
        decoupled);
  }

  @Override
  public Map<String, PtNDArray> tensors() {
    Map<String, PtNDArray> tensors = new LinkedHashMap<>();
    tensors.put("exp_avg", mean);
    tensors.put("exp_avg_sq", variance);
    return tensors;
  }
}

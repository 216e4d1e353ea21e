package io.millrace.trainer.training;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.millrace.trainer.torch.Torch;
import java.nio.ByteBuffer;

/** The losses of a pass, still on the device. Owns all native memory that the pass allocated. */
final class PassLosses implements AutoCloseable {
  private final StepPlan.Pass pass;
  private final PtNDManager scope;
  private final PtNDArray losses;
  private final int sign;

  PassLosses(StepPlan.Pass pass, PtNDManager scope, PtNDArray losses, int sign) {
    this.pass = pass;
    this.scope = scope;
    this.losses = losses;
    this.sign = sign;
  }

  /**
   * The weighted sum over the pass's samples; not finite if one sample's loss is not. Waits for the
   * device.
   */
  double weightedSum() {
    boolean wide = losses.getDataType() == DataType.FLOAT64;
    ByteBuffer values = Torch.getByteBuffer(losses, true);
    float[] weights = pass.view().weights();
    double sum = 0;
    for (int row : pass.rows()) {
      double value = wide ? values.getDouble() : values.getFloat();
      sum += weights[row] * value;
    }
    return sign * sum;
  }

  @Override
  public void close() {
    scope.close();
  }
}

package io.millrace.trainer.tuning;

import ai.djl.ndarray.types.DataType;
import io.millrace.trainer.graph.ops.HostTensor;

/** A model's outputs in the type from which scores are computed. */
final class Outputs {
  private Outputs() {}

  static float[] floats(HostTensor outputs) {
    if (outputs.type() != DataType.FLOAT64) {
      return outputs.floats();
    }
    double[] wide = outputs.doubles();
    float[] floats = new float[wide.length];
    for (int i = 0; i < wide.length; i++) {
      floats[i] = (float) wide[i];
    }
    return floats;
  }
}

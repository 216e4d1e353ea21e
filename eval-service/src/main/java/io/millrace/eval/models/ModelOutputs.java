package io.millrace.eval.models;

import io.millrace.eval.metrics.RowScore;
import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.config.ModelConfig;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * A buffer for one model's outputs on an eval batch, and the reader of its scores. Confined to the
 * scoring thread.
 */
public final class ModelOutputs {
  private final int capacity;
  private final ModelConfig model;
  private final LabelConfig label;
  public final double[] losses;
  private FloatBuffer outputs = FloatBuffer.allocate(0);
  private RowScore score;
  private int width;

  public ModelOutputs(int capacity, ModelConfig model, LabelConfig label, int width) {
    this.capacity = capacity;
    this.model = model;
    this.label = label;
    this.losses = new double[capacity];
    this.score = fit(width);
  }

  /**
   * Resizes the buffer for a model of this width.
   *
   * @throws Model.UnusableException if the label needs another width
   */
  public RowScore fit(int wanted) {
    if (wanted != width) {
      try {
        score = RowScore.of(model, label, wanted);
      } catch (IllegalArgumentException e) {
        throw new Model.UnusableException(String.valueOf(e.getMessage()));
      }
      outputs =
          ByteBuffer.allocateDirect(Math.multiplyExact(capacity * Float.BYTES, wanted))
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
      width = wanted;
    }
    return score;
  }

  public RowScore score() {
    return score;
  }

  public FloatBuffer outputs() {
    return outputs;
  }
}

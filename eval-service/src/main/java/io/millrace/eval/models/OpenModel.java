package io.millrace.eval.models;

import io.millrace.eval.models.Model.OutOfMemoryException;
import io.millrace.schemas.config.EvaluationConfig;
import io.millrace.schemas.features.rows.Rows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * A model and rows that it scores repeatedly, as scoring does: for measurements. Owns native memory
 * until closed; confined to one thread.
 */
public final class OpenModel implements AutoCloseable {
  private final Model model;
  private final Rows rows;
  private final FloatBuffer outputs;

  private OpenModel(Model model, Rows rows) {
    this.model = model;
    this.rows = rows;
    int bytes = Math.multiplyExact(rows.capacity() * model.width(), Float.BYTES);
    this.outputs = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  /**
   * Opens the model with the device and threads of the settings, and scores the rows once.
   *
   * @throws RuntimeException if that fails; see {@link #isOutOfMemory}
   */
  public static OpenModel open(byte[] onnx, EvaluationConfig config, Rows rows) {
    Device device = Device.choose(config.device());
    return new OpenModel(
        SessionModel.open(onnx, rows.inputs(), device, config.threads(), rows), rows);
  }

  /** Scores all rows. */
  public void score() {
    model.score(rows, 0, rows.capacity(), outputs);
  }

  /** Whether a failure was caused by too little memory for so many rows. */
  public static boolean isOutOfMemory(Throwable failure) {
    return failure instanceof OutOfMemoryException;
  }

  @Override
  public void close() {
    model.close();
  }
}

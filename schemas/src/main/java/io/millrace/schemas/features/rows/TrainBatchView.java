package io.millrace.schemas.features.rows;

import io.millrace.schemas.lineage.SamplePartition;
import io.millrace.schemas.proto.DataType;
import io.millrace.schemas.proto.Tensor;
import io.millrace.schemas.proto.TrainBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * A valid train batch of the log. Immutable; its buffers are views of the message.
 *
 * <p>Created by {@link TrainBatchReader}.
 */
public final class TrainBatchView {
  private final TrainBatch batch;
  private final SamplePartition partition;
  private final long[] offsets;
  private final float[] labels;
  private final float[] weights;

  TrainBatchView(TrainBatch batch, long[] offsets) {
    this.batch = batch;
    this.partition =
        new SamplePartition(batch.getTopic(), batch.getTopicId(), batch.getPartition());
    this.offsets = offsets;
    this.labels = floatsOf(batch.getLabels());
    this.weights = batch.hasWeights() ? floatsOf(batch.getWeights()) : ones(offsets.length);
  }

  /** The number of samples, >= 1. */
  public int size() {
    return offsets.length;
  }

  public SamplePartition partition() {
    return partition;
  }

  /** The offset of a sample in its partition. */
  public long offset(int sample) {
    return offsets[sample];
  }

  /** The offset after the last sample's. */
  public long nextOffset() {
    return offsets[offsets.length - 1] + 1;
  }

  public int inputs() {
    return batch.getInputsCount();
  }

  public String inputName(int input) {
    return batch.getInputs(input).getName();
  }

  public boolean isInteger(int input) {
    return batch.getInputs(input).getDataType() == DataType.INT64;
  }

  public int width(int input) {
    return (int) batch.getInputs(input).getShape(1);
  }

  /** [size, width] row-major, little endian, read-only; a new view each time. */
  public ByteBuffer data(int input) {
    return buffer(batch.getInputs(input));
  }

  /** The inputs as in the message. */
  public List<Tensor> tensors() {
    return batch.getInputsList();
  }

  /** float32 [size]: values, 0 or 1, or class indices. Not a copy: do not write to it. */
  public float[] labels() {
    return labels;
  }

  /** float32 [size], >= 0. Not a copy: do not write to it. */
  public float[] weights() {
    return weights;
  }

  /** When the batch closed, epoch ms. */
  public long createdMs() {
    return batch.getCreatedMs();
  }

  private static float[] ones(int size) {
    float[] ones = new float[size];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static float[] floatsOf(Tensor column) {
    ByteBuffer data = buffer(column);
    boolean integer = column.getDataType() == DataType.INT64;
    float[] values = new float[(int) column.getShape(0)];
    for (int i = 0; i < values.length; i++) {
      values[i] = integer ? data.getLong() : data.getFloat();
    }
    return values;
  }

  private static ByteBuffer buffer(Tensor tensor) {
    return tensor.getData().asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
  }
}

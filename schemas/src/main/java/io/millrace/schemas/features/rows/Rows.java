package io.millrace.schemas.features.rows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Decoded samples as columns, reused from batch to batch. Each input is one direct buffer in native
 * byte order, [capacity, width] row-major, which becomes a tensor without a copy. Confined to one
 * thread at a time.
 */
public final class Rows {
  /** Represents a time that the record does not have. */
  public static final long NO_TIME = Long.MIN_VALUE;

  private final int capacity;
  private final List<InputSpec> inputs;
  private final ByteBuffer[] buffers;
  private final FloatBuffer[] floats;
  private final LongBuffer[] integers;
  private final float[] labels;
  private final float[] weights;
  private final long[] eventTimesMs;
  private final long[] predictionTimesMs;
  private final long[] idHashes;
  private final long[] holdoutHashes;

  /**
   * @param capacity number of rows, >= 1
   */
  public Rows(List<InputSpec> inputs, int capacity) {
    this.capacity = capacity;
    this.inputs = List.copyOf(inputs);
    this.buffers =
        inputs.stream()
            .map(
                input ->
                    ByteBuffer.allocateDirect(Math.multiplyExact(input.rowBytes(), capacity))
                        .order(ByteOrder.nativeOrder()))
            .toArray(ByteBuffer[]::new);
    this.floats = Arrays.stream(buffers).map(ByteBuffer::asFloatBuffer).toArray(FloatBuffer[]::new);
    this.integers = Arrays.stream(buffers).map(ByteBuffer::asLongBuffer).toArray(LongBuffer[]::new);
    this.labels = new float[capacity];
    this.weights = new float[capacity];
    this.eventTimesMs = new long[capacity];
    this.predictionTimesMs = new long[capacity];
    this.idHashes = new long[capacity];
    this.holdoutHashes = new long[capacity];
  }

  public int capacity() {
    return capacity;
  }

  public List<InputSpec> inputs() {
    return inputs;
  }

  /** The whole buffer of a float32 input; its position stays 0. */
  public FloatBuffer floats(int input) {
    return floats[input];
  }

  /** The whole buffer of an int64 input; its position stays 0. */
  public LongBuffer integers(int input) {
    return integers[input];
  }

  /** The whole buffer of any input, in bytes; its position stays 0. */
  public ByteBuffer bytes(int input) {
    return buffers[input];
  }

  /** The value, 0 or 1 for a binary label, or the index of the class. */
  public float label(int row) {
    return labels[row];
  }

  public float[] labels() {
    return labels;
  }

  /** Finite and >= 0; 1 if the pipeline has no weights. */
  public float weight(int row) {
    return weights[row];
  }

  public float[] weights() {
    return weights;
  }

  /** Epoch ms UTC. */
  public long eventTimeMs(int row) {
    return eventTimesMs[row];
  }

  /** Epoch ms UTC, or {@link #NO_TIME}. */
  public long predictionTimeMs(int row) {
    return predictionTimesMs[row];
  }

  /** 64-bit hash of samples.id; 0 if the pipeline has none. */
  public long idHash(int row) {
    return idHashes[row];
  }

  /** 64-bit hash of holdout.field; 0 if the pipeline does not hold out by field. */
  public long holdoutHash(int row) {
    return holdoutHashes[row];
  }

  /** Copies one row over another, for example to close a gap. */
  public void copy(int from, int to) {
    for (int i = 0; i < buffers.length; i++) {
      int rowBytes = inputs.get(i).rowBytes();
      buffers[i].put(to * rowBytes, buffers[i], from * rowBytes, rowBytes);
    }
    labels[to] = labels[from];
    weights[to] = weights[from];
    eventTimesMs[to] = eventTimesMs[from];
    predictionTimesMs[to] = predictionTimesMs[from];
    idHashes[to] = idHashes[from];
    holdoutHashes[to] = holdoutHashes[from];
  }

  public void setLabel(int row, float label) {
    labels[row] = label;
  }

  public void setWeight(int row, float weight) {
    weights[row] = weight;
  }

  public void setEventTimeMs(int row, long epochMs) {
    eventTimesMs[row] = epochMs;
  }

  public void setPredictionTimeMs(int row, long epochMs) {
    predictionTimesMs[row] = epochMs;
  }

  public void setIdHash(int row, long hash) {
    idHashes[row] = hash;
  }

  public void setHoldoutHash(int row, long hash) {
    holdoutHashes[row] = hash;
  }
}

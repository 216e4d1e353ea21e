package io.millrace.trainer.graph.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A tensor in host memory: an initializer, a constant, or a snapshot of weights. Immutable by
 * contract: {@code bytes} must not be modified.
 *
 * @param type float32, float64, int64, int32 or boolean (one byte an element)
 * @param bytes row-major, little endian
 */
public record HostTensor(DataType type, Shape shape, byte[] bytes) {
  public HostTensor {
    if (shape.size() * type.getNumOfBytes() != bytes.length) {
      throw new IllegalArgumentException(
          "%d bytes for %s of shape %s, expected %d"
              .formatted(bytes.length, type, shape, shape.size() * type.getNumOfBytes()));
    }
  }

  /** A float32 tensor. */
  public static HostTensor of(Shape shape, float... values) {
    ByteBuffer buffer = littleEndian(new byte[values.length * Float.BYTES]);
    buffer.asFloatBuffer().put(values);
    return new HostTensor(DataType.FLOAT32, shape, buffer.array());
  }

  /** A float64 tensor. */
  public static HostTensor of(Shape shape, double... values) {
    ByteBuffer buffer = littleEndian(new byte[values.length * Double.BYTES]);
    buffer.asDoubleBuffer().put(values);
    return new HostTensor(DataType.FLOAT64, shape, buffer.array());
  }

  /** An int64 tensor. */
  public static HostTensor of(Shape shape, long... values) {
    return new HostInts(DataType.INT64, shape.getShape(), values).toTensor();
  }

  static HostTensor scalar(DataType type, double value) {
    return type == DataType.FLOAT32
        ? of(new Shape(), (float) value)
        : type == DataType.FLOAT64
            ? of(new Shape(), value)
            : new HostInts(type, new long[0], new long[] {(long) value}).toTensor();
  }

  static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The bytes, read-only. */
  public ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The elements of a float32 tensor. */
  public float[] floats() {
    float[] values = new float[bytes.length / Float.BYTES];
    buffer().asFloatBuffer().get(values);
    return values;
  }

  /** The elements of any tensor, as doubles. */
  public double[] doubles() {
    double[] values = new double[Math.toIntExact(shape.size())];
    ByteBuffer from = buffer();
    for (int i = 0; i < values.length; i++) {
      values[i] =
          type == DataType.FLOAT32
              ? from.getFloat()
              : type == DataType.FLOAT64 ? from.getDouble() : HostInts.next(type, from);
    }
    return values;
  }

  /** Whether it is float32 or float64. */
  public boolean isFloat() {
    return type == DataType.FLOAT32 || type == DataType.FLOAT64;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HostTensor that
        && type == that.type
        && shape.equals(that.shape)
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes) + 31 * shape.hashCode();
  }

  @Override
  public String toString() {
    return type + " " + shape;
  }
}

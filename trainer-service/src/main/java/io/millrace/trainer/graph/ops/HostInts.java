package io.millrace.trainer.graph.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;

/**
 * An int64, int32 or boolean tensor whose values the host knows: shapes, axes, indices.
 *
 * @param values row-major; booleans are 0 and 1. Must not be modified.
 */
public record HostInts(DataType type, long[] shape, long[] values) {

  static HostInts vector(long... values) {
    return new HostInts(DataType.INT64, new long[] {values.length}, values);
  }

  static long next(DataType type, ByteBuffer from) {
    return type == DataType.INT64
        ? from.getLong()
        : type == DataType.INT32 ? from.getInt() : from.get() == 0 ? 0 : 1;
  }

  static HostInts of(HostTensor tensor) {
    ByteBuffer from = tensor.buffer();
    long[] values = new long[Math.toIntExact(tensor.shape().size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = next(tensor.type(), from);
    }
    return new HostInts(tensor.type(), tensor.shape().getShape(), values);
  }

  HostTensor toTensor() {
    ByteBuffer to = HostTensor.littleEndian(new byte[values.length * type.getNumOfBytes()]);
    for (long value : values) {
      if (type == DataType.INT64) {
        to.putLong(value);
      } else if (type == DataType.INT32) {
        to.putInt((int) value);
      } else {
        to.put((byte) (value == 0 ? 0 : 1));
      }
    }
    return new HostTensor(type, new Shape(shape), to.array());
  }

  static long size(long[] shape) {
    long size = 1;
    for (long length : shape) {
      size = Math.multiplyExact(size, length);
    }
    return size;
  }
}

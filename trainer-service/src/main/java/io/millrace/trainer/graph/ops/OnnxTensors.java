package io.millrace.trainer.graph.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.util.Map;

/** Converts ONNX tensors to host tensors. */
public final class OnnxTensors {
  private static final Map<Integer, DataType> TYPES =
      Map.of(
          TensorProto.DataType.FLOAT_VALUE, DataType.FLOAT32,
          TensorProto.DataType.DOUBLE_VALUE, DataType.FLOAT64,
          TensorProto.DataType.INT64_VALUE, DataType.INT64,
          TensorProto.DataType.INT32_VALUE, DataType.INT32,
          TensorProto.DataType.BOOL_VALUE, DataType.BOOLEAN);

  private OnnxTensors() {}

  /**
   * The element type with this number in ONNX.
   *
   * @param of the name of its owner, for messages
   * @throws GraphException if it is not supported
   */
  public static DataType type(int number, String of) {
    DataType type = TYPES.get(number);
    if (type == null) {
      TensorProto.DataType known = TensorProto.DataType.forNumber(number);
      throw new GraphException(
          "%s is of type %s; supported are float32, float64, int32, int64 and bool"
              .formatted(of, known == null ? number : known));
    }
    return type;
  }

  /**
   * The value of an ONNX tensor.
   *
   * @param of the name of the tensor, for messages
   * @throws GraphException if its type is not supported, or its data is in another file or has the
   *     wrong size
   */
  public static HostTensor read(TensorProto proto, String of) {
    DataType type = type(proto.getDataType(), of);
    if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL
        || proto.getExternalDataCount() > 0) {
      throw new GraphException(
          of
              + " is kept in another file; save the model as one file"
              + " (onnx.save_model(..., save_as_external_data=False))");
    }
    long[] shape = proto.getDimsList().stream().mapToLong(Long::longValue).toArray();
    long count = count(shape, of);
    byte[] bytes = bytes(proto, type);
    if (count > Integer.MAX_VALUE || bytes.length != count * type.getNumOfBytes()) {
      throw new GraphException(
          "%s of shape %s has %d bytes of data, expected %d"
              .formatted(of, new Shape(shape), bytes.length, count * type.getNumOfBytes()));
    }
    return new HostTensor(type, new Shape(shape), bytes);
  }

  private static long count(long[] shape, String of) {
    try {
      for (long length : shape) {
        if (length < 0) {
          throw new GraphException(of + " has a negative axis: " + text(shape));
        }
      }
      return HostInts.size(shape);
    } catch (ArithmeticException e) {
      throw new GraphException(of + " is too large: " + text(shape), e);
    }
  }

  private static String text(long[] shape) {
    return java.util.Arrays.toString(shape);
  }

  private static byte[] bytes(TensorProto proto, DataType type) {
    if (!proto.getRawData().isEmpty()) {
      return proto.getRawData().toByteArray();
    }
    int count = count(proto, type);
    ByteBuffer to = HostTensor.littleEndian(new byte[count * type.getNumOfBytes()]);
    for (int i = 0; i < count; i++) {
      switch (type) {
        case FLOAT32 -> to.putFloat(proto.getFloatData(i));
        case FLOAT64 -> to.putDouble(proto.getDoubleData(i));
        case INT64 -> to.putLong(proto.getInt64Data(i));
        case INT32 -> to.putInt(proto.getInt32Data(i));
        default -> to.put((byte) (proto.getInt32Data(i) == 0 ? 0 : 1));
      }
    }
    return to.array();
  }

  private static int count(TensorProto proto, DataType type) {
    return switch (type) {
      case FLOAT32 -> proto.getFloatDataCount();
      case FLOAT64 -> proto.getDoubleDataCount();
      case INT64 -> proto.getInt64DataCount();
      default -> proto.getInt32DataCount();
    };
  }
}

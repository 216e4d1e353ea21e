package io.millrace.trainer.graph.ops;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Values that need no device: Constant, and the Shape of a tensor. */
final class Constants {
  private Constants() {}

  static Kernel constant(Node node) {
    node.emitConstant(value(node));
    return frame -> {};
  }

  private static HostTensor value(Node node) {
    AttributeProto tensor = node.attribute("value", AttributeType.TENSOR);
    if (tensor != null) {
      return OnnxTensors.read(tensor.getT(), "the value");
    }
    AttributeProto one = node.attribute("value_float", AttributeType.FLOAT);
    if (one != null) {
      return HostTensor.of(new Shape(), one.getF());
    }
    AttributeProto whole = node.attribute("value_int", AttributeType.INT);
    if (whole != null) {
      return HostTensor.of(new Shape(), whole.getI());
    }
    long[] wholes = node.longs("value_ints");
    if (wholes != null) {
      return HostTensor.of(new Shape(wholes.length), wholes);
    }
    AttributeProto many = node.attribute("value_floats", AttributeType.FLOATS);
    if (many == null) {
      throw node.refused(
          "has none of value, value_float, value_int, value_floats, value_ints, which are"
              + " supported");
    }
    float[] values = new float[many.getFloatsCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = many.getFloats(i);
    }
    return HostTensor.of(new Shape(values.length), values);
  }

  /** The whole shape, or the axes from start to end since opset 15. */
  static Kernel shape(Node node) {
    long start = node.opset() >= 15 ? node.longOr("start", 0) : 0;
    long end = node.opset() >= 15 ? node.longOr("end", Long.MAX_VALUE) : Long.MAX_VALUE;
    int in = node.in(0);
    int out = node.emitOnHost(0, ai.djl.ndarray.types.DataType.INT64);
    return frame -> {
      PtNDArray x = frame.array(in);
      long[] shape = x.getShape().getShape();
      int from = clamp(start, shape.length);
      int to = Math.max(from, clamp(end, shape.length));
      frame.set(out, HostInts.vector(Arrays.copyOfRange(shape, from, to)));
    };
  }

  private static int clamp(long axis, int rank) {
    long normal = axis < 0 ? axis + rank : axis;
    return (int) Math.max(0, Math.min(rank, normal));
  }

  /** Null, which DJL accepts for an absent tensor without declaring it in its types. */
  @SuppressWarnings("NullAway")
  static PtNDArray absent() {
    @Nullable PtNDArray absent = null;
    return absent;
  }
}

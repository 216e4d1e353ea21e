package io.millrace.trainer.checkpoint;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.millrace.trainer.graph.ops.HostTensor;
import io.millrace.trainer.training.Probe;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The tensors of a probe as ONNX Runtime takes and gives them. */
final class ParityBatch {
  private ParityBatch() {}

  /** Owned by the caller. */
  static OnnxTensor toTensor(OrtEnvironment environment, HostTensor value) throws OrtException {
    long[] shape = value.shape().getShape();
    ByteBuffer source = value.buffer();
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(source.remaining()).order(ByteOrder.nativeOrder()).put(source);
    bytes.flip();
    return switch (value.type()) {
      case FLOAT32 -> OnnxTensor.createTensor(environment, bytes.asFloatBuffer(), shape);
      case FLOAT64 -> OnnxTensor.createTensor(environment, bytes.asDoubleBuffer(), shape);
      case INT64 -> OnnxTensor.createTensor(environment, bytes.asLongBuffer(), shape);
      case INT32 -> OnnxTensor.createTensor(environment, bytes.asIntBuffer(), shape);
      default -> throw new ParityException("no input of a model is " + value.type());
    };
  }

  /** The values of the first output, whatever its float type. */
  static double[] values(OnnxTensor output) {
    if (output.getInfo().type == ai.onnxruntime.OnnxJavaType.DOUBLE) {
      double[] values = new double[output.getDoubleBuffer().remaining()];
      output.getDoubleBuffer().get(values);
      return values;
    }
    float[] floats = new float[output.getFloatBuffer().remaining()];
    output.getFloatBuffer().get(floats);
    return widen(floats);
  }

  /** What training gave. */
  static double[] expected(Probe probe) {
    HostTensor outputs = probe.outputs();
    return outputs.type() == ai.djl.ndarray.types.DataType.FLOAT64
        ? outputs.doubles()
        : widen(outputs.floats());
  }

  private static double[] widen(float[] floats) {
    double[] values = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      values[i] = floats[i];
    }
    return values;
  }
}

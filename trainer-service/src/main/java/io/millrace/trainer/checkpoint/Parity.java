package io.millrace.trainer.checkpoint;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.millrace.trainer.graph.ops.HostTensor;
import io.millrace.trainer.training.Probe;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * Checks that ONNX Runtime computes the same outputs as training. Confined to one thread; opens and
 * closes a session per call.
 */
final class Parity {
  private final double tolerance;

  /**
   * @param tolerance largest difference allowed per output value: absolute up to 1, relative beyond
   */
  Parity(double tolerance) {
    this.tolerance = tolerance;
  }

  /**
   * Scores one batch with the model as it will be announced.
   *
   * @return the largest difference, in the measure of the tolerance
   * @throws ParityException if it exceeds the tolerance, or the model does not load
   */
  double check(byte[] onnx, Probe probe) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      try (OrtSession session = environment.createSession(onnx, options)) {
        return compare(environment, session, probe);
      }
    } catch (OrtException e) {
      throw new ParityException(
          "ONNX Runtime does not load the model that training wrote: " + e.getMessage());
    }
  }

  private double compare(OrtEnvironment environment, OrtSession session, Probe probe)
      throws OrtException {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      for (Map.Entry<String, HostTensor> input : probe.inputs().entrySet()) {
        inputs.put(input.getKey(), ParityBatch.toTensor(environment, input.getValue()));
      }
      try (OrtSession.Result result = session.run(inputs)) {
        double[] found = ParityBatch.values((OnnxTensor) result.get(0));
        return largestDifference(found, ParityBatch.expected(probe));
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private double largestDifference(double[] found, double[] expected) {
    if (found.length != expected.length) {
      throw new ParityException(
          "ONNX Runtime returns " + found.length + " values, training returned " + expected.length);
    }
    double largest = 0;
    for (int i = 0; i < found.length; i++) {
      // a poisoned sample may result in the same infinity in both
      double difference =
          Double.compare(found[i], expected[i]) == 0
              ? 0
              : Math.abs(found[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
      if (!(difference <= tolerance)) {
        throw new ParityException(
            ("output value %d is %s in ONNX Runtime, %s in training: more than checkpoint.parity_tolerance (%s) apart;"
                    + " the checkpoint is not announced")
                .formatted(i, found[i], expected[i], tolerance));
      }
      largest = Math.max(largest, difference);
    }
    return largest;
  }

  /** Converts a probe's tensors to ONNX Runtime's, and its outputs back. */
  static final class ParityBatch {
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
        default ->
            throw new ParityException(
                "model inputs of type " + value.type() + " are not supported");
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

    /** The outputs of training. */
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

  /** A checkpoint must not be announced: ONNX Runtime and training disagree on its outputs. */
  static final class ParityException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ParityException(String message) {
      super(message);
    }
  }
}

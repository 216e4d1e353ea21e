package io.millrace.trainer.checkpoint;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.millrace.trainer.graph.ops.HostTensor;
import io.millrace.trainer.training.Probe;
import java.util.HashMap;
import java.util.Map;

/**
 * Whether ONNX Runtime gives the outputs that training gave. Confined to one thread; opens and
 * closes a session per call.
 */
final class Parity {
  private final double tolerance;

  /**
   * @param tolerance largest difference allowed, per output value; of values beyond 1 relative
   */
  Parity(double tolerance) {
    this.tolerance = tolerance;
  }

  /**
   * Scores one batch with the model as it will be announced.
   *
   * @return the largest difference, as the tolerance counts it
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
          "ONNX Runtime refuses the model that training wrote: " + e.getMessage());
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
          "ONNX Runtime gives " + found.length + " values, training gave " + expected.length);
    }
    double largest = 0;
    for (int i = 0; i < found.length; i++) {
      // a poisonous sample may give the same infinity in both
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
}

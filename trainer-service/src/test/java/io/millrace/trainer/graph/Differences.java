package io.millrace.trainer.graph;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.millrace.trainer.graph.ops.HostTensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The gradient of {@code sum(slope * output)} with respect to an input of a node, by central
 * differences of five points through ONNX Runtime.
 */
final class Differences {
  // in float32, rounding costs about 1e-7 / STEP and the omitted terms STEP^4
  private static final float STEP = 0.02f;

  private Differences() {}

  static List<String> floats(OneNode one) {
    return one.inputs().keySet().stream()
        .filter(name -> isFloat(one, name) && !one.isHeld(name))
        .toList();
  }

  /**
   * Whether a value is an input of each pass: floats and conditions are, shapes and axes are not.
   */
  static boolean isGiven(OneNode one, String name) {
    return !one.isHeld(name) && (isFloat(one, name) || type(one, name) == DataType.BOOLEAN);
  }

  private static boolean isFloat(OneNode one, String name) {
    return type(one, name) == DataType.FLOAT32;
  }

  private static DataType type(OneNode one, String name) {
    return value(one, name).type();
  }

  private static HostTensor value(OneNode one, String name) {
    return java.util.Objects.requireNonNull(one.inputs().get(name));
  }

  static OrtSession session(OneNode one) throws OrtException {
    return OrtEnvironment.getEnvironment().createSession(one.reference(name -> isGiven(one, name)));
  }

  /** The weight of each element of an output in the loss; all are different. */
  static float[] slope(int size) {
    float[] slope = new float[size];
    for (int i = 0; i < size; i++) {
      slope[i] = (float) Math.sin(1 + 0.7 * i);
    }
    return slope;
  }

  static double[] of(OneNode one, OrtSession session, String name) throws OrtException {
    double[] gradient = new double[value(one, name).floats().length];
    for (int i = 0; i < gradient.length; i++) {
      double near = loss(one, session, name, i, STEP) - loss(one, session, name, i, -STEP);
      double far = loss(one, session, name, i, 2 * STEP) - loss(one, session, name, i, -2 * STEP);
      gradient[i] = (8 * near - far) / (12 * STEP);
    }
    return gradient;
  }

  static List<HostTensor> outputs(OneNode one, OrtSession session) throws OrtException {
    return run(one, session, "", -1, 0);
  }

  private static double loss(OneNode one, OrtSession session, String name, int at, float step)
      throws OrtException {
    double loss = 0;
    for (HostTensor output : run(one, session, name, at, step)) {
      float[] values = output.floats();
      float[] slope = slope(values.length);
      for (int i = 0; i < values.length; i++) {
        loss += (double) slope[i] * values[i];
      }
    }
    return loss;
  }

  private static List<HostTensor> run(
      OneNode one, OrtSession session, String name, int at, float step) throws OrtException {
    Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    try {
      for (String input : session.getInputNames()) {
        inputs.put(input, tensor(value(one, input), input.equals(name) ? at : -1, step));
      }
      List<HostTensor> outputs = new ArrayList<>();
      try (OrtSession.Result result = session.run(inputs)) {
        for (Map.Entry<String, OnnxValue> output : result) {
          OnnxTensor tensor = (OnnxTensor) output.getValue();
          outputs.add(
              HostTensor.of(
                  new Shape(tensor.getInfo().getShape()), tensor.getFloatBuffer().array()));
        }
      }
      return outputs;
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor tensor(HostTensor value, int at, float step) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    if (value.type() == DataType.BOOLEAN) {
      return OnnxTensor.createTensor(
          environment, value.buffer(), value.shape().getShape(), ai.onnxruntime.OnnxJavaType.BOOL);
    }
    float[] floats = value.floats();
    if (at >= 0) {
      floats[at] += step;
    }
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(floats), value.shape().getShape());
  }
}

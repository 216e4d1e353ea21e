package io.millrace.eval.models;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.Rows;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An ONNX Runtime session. It owns native memory until closed. */
public final class SessionModel implements Model {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final List<ModelInput> inputs;
  private final String output;
  private final boolean pinned;
  private final long[] outputShape;
  private final int width;

  private SessionModel(
      OrtEnvironment environment,
      OrtSession session,
      List<ModelInput> inputs,
      NodeInfo output,
      Rows probe)
      throws OrtException {
    this.environment = environment;
    this.session = session;
    this.inputs = inputs;
    this.output = output.getName();
    if (!(output.getInfo() instanceof TensorInfo info)
        || (info.type != OnnxJavaType.FLOAT && info.type != OnnxJavaType.DOUBLE)) {
      throw new UnusableException(
          "output '%s' is %s, expected floats".formatted(output.getName(), output.getInfo()));
    }
    this.outputShape = probe(probe);
    this.width = (int) Arrays.stream(outputShape).skip(1).reduce(1, (a, b) -> a * b);
    this.pinned = info.type == OnnxJavaType.FLOAT;
  }

  /**
   * Opens a session and scores one batch of zeros.
   *
   * @param onnx the model; its hash was checked
   * @param probe rows for a first run; their content does not matter; a GPU scores all of them
   * @throws UnusableException if the bytes are not a model, or the features do not fill its inputs
   */
  public static SessionModel open(
      byte[] onnx, List<InputSpec> features, Device device, int threads, Rows probe) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = device.options(threads)) {
      OrtSession session = environment.createSession(onnx, options);
      try {
        NodeInfo output = session.getOutputInfo().values().iterator().next();
        return new SessionModel(environment, session, bind(session, features), output, probe);
      } catch (OrtException | RuntimeException e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw failure(e);
    }
  }

  private static List<ModelInput> bind(OrtSession session, List<InputSpec> features)
      throws OrtException {
    List<String> filled = features.stream().map(InputSpec::name).toList();
    Map<String, NodeInfo> wanted = session.getInputInfo();
    if (filled.size() != wanted.size() || !wanted.keySet().containsAll(filled)) {
      throw new UnusableException(
          "the features fill inputs %s, the model's are %s".formatted(filled, wanted.keySet()));
    }
    List<ModelInput> inputs = new ArrayList<>();
    for (int i = 0; i < features.size(); i++) {
      NodeInfo node = wanted.get(features.get(i).name());
      inputs.add(ModelInput.bind(java.util.Objects.requireNonNull(node), features.get(i), i));
    }
    return inputs;
  }

  private long[] probe(Rows rows) throws OrtException {
    int count = rows.capacity();
    Map<String, OnnxTensor> tensors = tensors(rows, 0, count);
    try (OrtSession.Result result = session.run(tensors, java.util.Set.of(output))) {
      long[] shape = ((TensorInfo) result.get(0).getInfo()).getShape();
      if (shape.length == 0 || shape[0] != count) {
        throw new UnusableException(
            "output '%s' is of shape %s for %d samples"
                .formatted(output, Arrays.toString(shape), count));
      }
      return shape;
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public void score(Rows rows, int from, int count, FloatBuffer outputs) {
    FloatBuffer into = outputs.slice(from * width, count * width);
    try {
      Map<String, OnnxTensor> tensors = tensors(rows, from, count);
      try {
        run(tensors, count, into);
      } finally {
        tensors.values().forEach(OnnxTensor::close);
      }
    } catch (OrtException e) {
      throw failure(e);
    }
  }

  private void run(Map<String, OnnxTensor> tensors, int count, FloatBuffer into)
      throws OrtException {
    if (pinned) {
      long[] shape = outputShape.clone();
      shape[0] = count;
      try (OnnxTensor target = OnnxTensor.createTensor(environment, into, shape)) {
        session.run(tensors, Map.of(output, target)).close();
      }
      return;
    }
    try (OrtSession.Result result = session.run(tensors, java.util.Set.of(output))) {
      java.nio.DoubleBuffer doubles = ((OnnxTensor) result.get(0)).getDoubleBuffer();
      for (int i = 0; i < count * width; i++) {
        into.put(i, (float) doubles.get(i));
      }
    }
  }

  private Map<String, OnnxTensor> tensors(Rows rows, int from, int count) throws OrtException {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try {
      for (ModelInput input : inputs) {
        tensors.put(input.spec().name(), input.toTensor(environment, rows, from, count));
      }
      return tensors;
    } catch (OrtException | RuntimeException e) {
      tensors.values().forEach(OnnxTensor::close);
      throw e;
    }
  }

  /*
   * ONNX Runtime has no error code for too little memory: only the messages of its allocators and of CUDA show it.
   */
  static RuntimeException failure(OrtException e) {
    String message = String.valueOf(e.getMessage());
    String words = message.toLowerCase(Locale.ROOT);
    boolean memory =
        words.contains("failed to allocate memory")
            || words.contains("out of memory")
            || words.contains("bad_alloc")
            || words.contains("bad allocation")
            || words.contains("cuda_error_out_of_memory");
    return memory
        ? new OutOfMemoryException(message)
        : new UnusableException("ONNX Runtime: " + message);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("a session could not be closed", e);
    }
  }
}

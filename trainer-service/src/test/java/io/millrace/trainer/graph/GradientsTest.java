package io.millrace.trainer.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradientsTest {
  // away from kinks and poles of every operator
  private static final float[] X = {0.3f, 0.7f, 1.4f, 2.2f, 0.9f, 1.7f};
  private static final float[] WEIGHTS = {1, -0.5f, 2, 0.25f, -1, 1.5f};
  private static final float STEP = 1e-2f;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sqrt",
        "Exp",
        "Log",
        "Neg",
        "Abs",
        "Erf",
        "Relu",
        "LeakyRelu",
        "Elu",
        "Gelu",
        "Sigmoid",
        "Tanh",
        "HardSigmoid",
        "Softplus",
        "Softmax",
        "LogSoftmax",
        "Identity",
        "Flatten"
      })
  void autogradAgreesWithCentralDifferencesThroughOnnxRuntime(String operator) throws Exception {
    // given
    byte[] onnx = model(operator);
    TrainableGraph graph = TrainableGraph.parse(onnx, ParameterSelection.byUse());
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (NDManager manager = NDManager.newBaseManager();
        GraphRunner runner = graph.newRunner(manager);
        OrtSession session = environment.createSession(onnx)) {
      // when
      NDArray x = manager.create(X, new Shape(2, 3));
      x.setRequiresGradient(true);
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray y = runner.forward(manager, new NDList(x), true, 0).get(0);
        collector.backward(y.mul(manager.create(WEIGHTS, new Shape(2, 3))).sum());
      }
      float[] gradient = x.getGradient().toFloatArray();

      // then: float32 differences over a step of 1e-2 are good to about 1e-3
      for (int i = 0; i < X.length; i++) {
        double difference = (loss(session, i, STEP) - loss(session, i, -STEP)) / (2.0 * STEP);
        assertThat((double) gradient[i]).isCloseTo(difference, Offset.offset(2e-3));
      }
    }
  }

  private static double loss(OrtSession session, int at, float step) throws Exception {
    float[] moved = X.clone();
    moved[at] += step;
    try (OnnxTensor x =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), FloatBuffer.wrap(moved), new long[] {2, 3});
        OrtSession.Result result = session.run(Map.of("x", x))) {
      float[][] y = (float[][]) result.get(0).getValue();
      double loss = 0;
      for (int i = 0; i < WEIGHTS.length; i++) {
        loss += WEIGHTS[i] * y[i / 3][i % 3];
      }
      return loss;
    }
  }

  private static byte[] model(String operator) {
    ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(9);
    model.addOpsetImportBuilder().setVersion(20);
    model.getGraphBuilder().setName("one");
    model.getGraphBuilder().addNodeBuilder().setOpType(operator).addInput("x").addOutput("y");
    var input = model.getGraphBuilder().addInputBuilder().setName("x").getTypeBuilder();
    input.getTensorTypeBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE);
    input.getTensorTypeBuilder().getShapeBuilder().addDimBuilder().setDimParam("batch");
    input.getTensorTypeBuilder().getShapeBuilder().addDimBuilder().setDimValue(3);
    model.getGraphBuilder().addOutputBuilder().setName("y").setType(input);
    return model.build().toByteArray();
  }
}

package io.millrace.trainer.training;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.trainer.graph.GraphRunner;
import io.millrace.trainer.graph.ParameterVector;
import io.millrace.trainer.graph.TrainableGraph;
import io.millrace.trainer.graph.ops.HostTensor;
import io.millrace.trainer.graph.ops.Residents;
import io.millrace.trainer.torch.Torch;
import io.millrace.trainer.training.losses.Loss;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A copy of the model on one device: runs passes and collects their gradient. Owns its native
 * memory; confined to the learner's thread.
 */
final class Replica implements AutoCloseable {
  private final PtNDManager manager;
  private final GraphRunner runner;
  private final RunningStatistics statistics;
  private final Staging staging = new Staging();
  private final List<InputBinding> inputs;
  private final Loss loss;

  Replica(TrainableGraph graph, Device device, List<InputBinding> inputs, Loss loss) {
    this.manager = (PtNDManager) NDManager.newBaseManager(device, "PyTorch");
    this.runner = graph.newRunner(manager);
    this.statistics = new RunningStatistics(runner);
    this.inputs = inputs;
    this.loss = loss;
  }

  PtNDManager manager() {
    return manager;
  }

  GraphRunner runner() {
    return runner;
  }

  ParameterVector parameters() {
    return runner.parameters();
  }

  RunningStatistics statistics() {
    return statistics;
  }

  /**
   * Forward and backward: adds the samples' gradients, each times its weight times {@code scale},
   * to the gradient of this device. On a GPU it may return before the device has finished.
   */
  PassLosses run(StepPlan.Pass pass, double scale, long dropoutSeed) {
    PtNDManager scope = (PtNDManager) manager.newSubManager();
    try {
      Torch.setGradMode(true);
      NDList arrays = new NDList(inputs.size());
      for (int i = 0; i < inputs.size(); i++) {
        arrays.add(stageInput(i, pass, scope));
      }
      PtNDArray output = (PtNDArray) runner.forward(scope, arrays, true, dropoutSeed).get(0);
      PtNDArray losses = loss.perSample(output, stageTarget(pass, output, scope));
      PtNDArray outputGradient = stageOutputGradient(pass, losses, scale * loss.sign(), scope);
      Torch.backward(losses, outputGradient, false, false);
      return new PassLosses(pass, scope, losses, loss.sign());
    } catch (RuntimeException | Error e) {
      scope.close();
      throw e;
    } finally {
      Torch.setGradMode(false);
    }
  }

  /** Runs the model in evaluation mode on a batch, or on a row of zeros. */
  Probe probe(@Nullable TrainBatchView batch) {
    Torch.setGradMode(false);
    try (PtNDManager scope = (PtNDManager) manager.newSubManager()) {
      Map<String, HostTensor> inputValues = new HashMap<>();
      NDList arrays = new NDList(inputs.size());
      for (int i = 0; i < inputs.size(); i++) {
        PtNDArray array =
            batch == null
                ? zeros(inputs.get(i), scope)
                : stageInput(i, StepPlan.Pass.all(batch), scope);
        inputValues.put(inputs.get(i).name(), Residents.download(array));
        arrays.add(array);
      }
      PtNDArray output = (PtNDArray) runner.forward(scope, arrays, false, 0).get(0);
      return new Probe(inputValues, Residents.download(output));
    }
  }

  /** The first output for a batch, in evaluation mode. */
  HostTensor score(TrainBatchView batch) {
    Torch.setGradMode(false);
    try (PtNDManager scope = (PtNDManager) manager.newSubManager()) {
      NDList arrays = new NDList(inputs.size());
      for (int i = 0; i < inputs.size(); i++) {
        arrays.add(stageInput(i, StepPlan.Pass.all(batch), scope));
      }
      return Residents.download((PtNDArray) runner.forward(scope, arrays, false, 0).get(0));
    }
  }

  private static PtNDArray zeros(InputBinding input, PtNDManager scope) {
    return (PtNDArray) scope.zeros(input.shape(1), input.to());
  }

  private PtNDArray stageInput(int input, StepPlan.Pass pass, PtNDManager scope) {
    InputBinding binding = inputs.get(input);
    ByteBuffer buffer = staging.buffer(input, binding.bytes(pass.size()));
    binding.fill(pass, buffer);
    return toDevice(buffer, binding.shape(pass.size()), binding.to(), scope);
  }

  private PtNDArray stageTarget(StepPlan.Pass pass, PtNDArray output, PtNDManager scope) {
    Shape shape = loss.targetShape(output.getShape(), pass.size());
    DataType type = loss.targetType(output.getDataType());
    ByteBuffer buffer = staging.buffer(inputs.size(), pass.size() * type.getNumOfBytes());
    float[] labels = pass.view().labels();
    for (int row : pass.rows()) {
      put(labels[row], type, buffer);
    }
    return toDevice(buffer, shape, type, scope);
  }

  private PtNDArray stageOutputGradient(
      StepPlan.Pass pass, PtNDArray losses, double scale, PtNDManager scope) {
    DataType type = losses.getDataType();
    ByteBuffer buffer = staging.buffer(inputs.size() + 1, pass.size() * type.getNumOfBytes());
    float[] weights = pass.view().weights();
    for (int row : pass.rows()) {
      put(weights[row] * scale, type, buffer);
    }
    return toDevice(buffer, losses.getShape(), type, scope);
  }

  private static void put(double value, DataType type, ByteBuffer into) {
    switch (type) {
      case INT64 -> into.putLong((long) value);
      case FLOAT64 -> into.putDouble(value);
      default -> into.putFloat((float) value);
    }
  }

  private static PtNDArray toDevice(
      ByteBuffer buffer, Shape shape, DataType type, PtNDManager scope) {
    return Torch.createNdFromByteBuffer(
        scope, buffer, shape, type, SparseFormat.DENSE, scope.getDevice());
  }

  /** Adds another device's gradient to this one's. */
  void addGradientOf(Replica other) {
    PtNDArray theirs = other.parameters().gradient();
    try (PtNDArray here = Torch.to(theirs, theirs.getDataType(), manager.getDevice())) {
      Torch.addi(parameters().gradient(), here);
    }
  }

  /** Copies the weights and statistics of another device. */
  void copyFrom(Replica other) {
    copyAcross(other.parameters().values(), parameters().values());
    statistics.copyFrom(other.statistics);
  }

  static void copyAcross(PtNDArray from, PtNDArray to) {
    try (PtNDArray here = Torch.to(from, from.getDataType(), to.getDevice())) {
      Residents.copy(here, to);
    }
  }

  @Override
  public void close() {
    runner.close();
    manager.close();
  }
}

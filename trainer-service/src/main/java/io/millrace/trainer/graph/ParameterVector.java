package io.millrace.trainer.graph;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.millrace.trainer.graph.ops.Frame;
import io.millrace.trainer.graph.ops.GraphException;
import io.millrace.trainer.graph.ops.HostTensor;
import io.millrace.trainer.graph.ops.Residents;
import io.millrace.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All parameters of a graph as one vector on a device, and their gradient as another. Confined to
 * the runner's thread; callers must not close the arrays.
 */
public final class ParameterVector {
  private final List<Initializer> parameters;
  private final long[] sizes;
  private final PtNDArray leaf;
  private final PtNDArray values;
  private final PtNDArray gradient;
  private final List<PtNDArray> views = new ArrayList<>();

  ParameterVector(PtNDManager manager, List<Initializer> parameters) {
    this.parameters = parameters;
    this.sizes = parameters.stream().mapToLong(p -> p.value().shape().size()).toArray();
    requireOneType(parameters);
    Map<String, HostTensor> initial = new LinkedHashMap<>();
    parameters.forEach(parameter -> initial.put(parameter.name(), parameter.value()));
    this.leaf = Residents.own(manager, joined(initial));
    this.values = Torch.detachGradient(leaf);
    NDList parts = Torch.split(values, sizes, 0);
    for (int i = 0; i < sizes.length; i++) {
      PtNDArray part = (PtNDArray) parts.get(i);
      views.add(Torch.reshape(part, shape(i).getShape()));
    }
    leaf.setRequiresGradient(true);
    this.gradient = zeroGradient(manager);
  }

  private static void requireOneType(List<Initializer> parameters) {
    Initializer first = parameters.get(0);
    for (Initializer parameter : parameters) {
      if (parameter.value().type() != first.value().type()) {
        throw new GraphException(
            "parameter '%s' is %s and '%s' is %s; all parameters must have one type"
                .formatted(first.name(), first.value(), parameter.name(), parameter.value()));
      }
    }
  }

  /*
   * PyTorch allocates the gradient in the first backward pass and adds to it in place afterwards.
   */
  private PtNDArray zeroGradient(PtNDManager manager) {
    boolean gradients = Torch.isGradMode();
    Torch.setGradMode(true);
    try (PtNDArray sum = Torch.sum(leaf);
        PtNDArray one = (PtNDArray) manager.ones(new Shape(), leaf.getDataType())) {
      Torch.backward(sum, one, false, false);
    } finally {
      Torch.setGradMode(gradients);
    }
    clearGradient();
    return leaf.getGradient();
  }

  /** The number of values over all parameters. */
  public long size() {
    return values.getShape().get(0);
  }

  /** float32 or float64, of all parameters. */
  public DataType type() {
    return values.getDataType();
  }

  /** [size], the parameters themselves, without a gradient: writing into it changes them. */
  public PtNDArray values() {
    return values;
  }

  /** [size], the sum over backward passes since {@link #clearGradient}; always the same array. */
  public PtNDArray gradient() {
    return gradient;
  }

  /** Sets the gradient to zero. */
  public void clearGradient() {
    Torch.zeroGrad(leaf);
  }

  /** One view of {@link #values} for each parameter. */
  List<PtNDArray> views() {
    return views;
  }

  /* Views through which autograd reaches the leaf, for one pass. */
  void lend(Frame frame, List<Integer> slots) {
    NDList parts = Torch.split(leaf, sizes, 0);
    for (int i = 0; i < sizes.length; i++) {
      frame.put(slots.get(i), (PtNDArray) parts.get(i), shape(i));
    }
  }

  private Shape shape(int parameter) {
    return parameters.get(parameter).value().shape();
  }

  Map<String, HostTensor> snapshot() {
    ByteBuffer all = ByteBuffer.wrap(Residents.download(values).bytes());
    Map<String, HostTensor> weights = new LinkedHashMap<>();
    for (Initializer parameter : parameters) {
      byte[] bytes = new byte[parameter.value().bytes().length];
      all.get(bytes);
      weights.put(
          parameter.name(),
          new HostTensor(parameter.value().type(), parameter.value().shape(), bytes));
    }
    return weights;
  }

  void load(Map<String, HostTensor> weights) {
    Residents.overwrite(values, joined(weights));
  }

  private HostTensor joined(Map<String, HostTensor> weights) {
    int bytes = parameters.stream().mapToInt(p -> p.value().bytes().length).sum();
    ByteBuffer all = ByteBuffer.allocate(bytes);
    long size = 0;
    for (Initializer parameter : parameters) {
      HostTensor weight = TrainableGraph.weight(weights, parameter.name());
      all.put(weight.bytes());
      size += weight.shape().size();
    }
    return new HostTensor(parameters.get(0).value().type(), new Shape(size), all.array());
  }
}

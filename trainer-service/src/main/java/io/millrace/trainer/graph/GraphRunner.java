package io.millrace.trainer.graph;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.millrace.trainer.graph.ops.Frame;
import io.millrace.trainer.graph.ops.GraphException;
import io.millrace.trainer.graph.ops.HostInts;
import io.millrace.trainer.graph.ops.HostTensor;
import io.millrace.trainer.graph.ops.Residents;
import io.millrace.trainer.torch.Torch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A graph's weights on one device, and its forward pass. Owns the weights' native memory; the
 * arrays of a pass belong to the scope given to it. Confined to one thread at a time.
 *
 * <p>All parameters are views of one vector, so that an optimizer moves them, and autograd collects
 * their gradient, as one array. A pass that runs with gradients on (PyTorch's default) can be
 * followed by {@code Torch.backward}, which adds to {@link ParameterVector#gradient()}.
 */
public final class GraphRunner implements AutoCloseable {
  private final TrainableGraph graph;
  private final Plan plan;
  private final PtNDManager manager;
  private final Residents residents;
  private final @Nullable HostInts[] knownInts;
  private final @Nullable ParameterVector vector;
  private final List<PtNDArray> buffers = new ArrayList<>();

  GraphRunner(TrainableGraph graph, Plan plan, NDManager parent) {
    this.graph = graph;
    this.plan = plan;
    this.manager = (PtNDManager) parent.newSubManager();
    this.residents = new Residents(manager, plan.slots().constants(), plan.slots().cacheCount());
    this.vector =
        plan.parameters().isEmpty() ? null : new ParameterVector(manager, graph.parameters());
    if (vector != null) {
      putAll(plan.parameters(), vector.views());
    }
    graph.buffers().forEach(buffer -> buffers.add(ownNamed(buffer)));
    putAll(plan.buffers(), buffers);
    @Nullable HostInts[] known = plan.knownInts();
    Frame once = new Frame(residents, manager, known, false, 0);
    run(plan.once(), once);
    once.keepIn(residents);
    this.knownInts = known;
  }

  private PtNDArray ownNamed(Initializer initializer) {
    PtNDArray array = Residents.own(manager, initializer.value());
    array.setName(initializer.name());
    return array;
  }

  private void putAll(List<Integer> slots, List<PtNDArray> arrays) {
    for (int i = 0; i < slots.size(); i++) {
      residents.put(slots.get(i), arrays.get(i));
    }
  }

  /**
   * The parameters, laid out in the order of {@link TrainableGraph#parameters()}.
   *
   * @throws IllegalStateException if the graph has no parameters
   */
  public ParameterVector parameters() {
    if (vector == null) {
      throw new IllegalStateException("the model has no parameters");
    }
    return vector;
  }

  /**
   * The buffers, in the order of {@link TrainableGraph#buffers()}. The caller must not close them.
   */
  public List<PtNDArray> buffers() {
    return List.copyOf(buffers);
  }

  /**
   * Runs the graph.
   *
   * @param scope owns the arrays of the pass, including the outputs; must be on this runner's
   *     device
   * @param inputs in the order of {@link TrainableGraph#inputs()}
   * @param training Dropout drops; BatchNormalization uses the batch's statistics and updates its
   *     buffers
   * @param dropoutSeed the masks depend only on it, the node and the shape
   * @return in the order of {@link TrainableGraph#outputs()}
   * @throws EngineException with the node's name, if PyTorch fails, out of memory included
   * @throws GraphException with the node's name, if shapes or values are invalid
   */
  public NDList forward(NDManager scope, NDList inputs, boolean training, long dropoutSeed) {
    List<Integer> slots = plan.inputs();
    if (inputs.size() != slots.size()) {
      throw new IllegalArgumentException(
          "%d inputs, expected %s".formatted(inputs.size(), graph.inputs()));
    }
    Frame frame = new Frame(residents, (PtNDManager) scope, knownInts, training, dropoutSeed);
    for (int i = 0; i < slots.size(); i++) {
      frame.lend(slots.get(i), (PtNDArray) inputs.get(i));
    }
    if (vector != null && Torch.isGradMode()) {
      vector.lend(frame, plan.parameters());
    }
    run(plan.steps(), frame);
    NDList outputs = new NDList(plan.outputs().size());
    plan.outputs().forEach(slot -> outputs.add(frame.output(slot)));
    return outputs;
  }

  private static void run(List<Plan.PlanStep> steps, Frame frame) {
    for (int i = 0; i < steps.size(); i++) {
      Plan.PlanStep step = steps.get(i);
      try {
        step.kernel().run(frame);
      } catch (EngineException e) {
        throw new EngineException(step.node() + ": " + e.getMessage(), e);
      } catch (GraphException e) {
        throw new GraphException(step.node() + ": " + e.getMessage(), e);
      }
    }
  }

  /**
   * A copy of the weights in host memory.
   *
   * @return by name, parameters and buffers, as {@link TrainableGraph#write} takes them
   */
  public Map<String, HostTensor> snapshot() {
    Map<String, HostTensor> weights = new LinkedHashMap<>();
    if (vector != null) {
      weights.putAll(vector.snapshot());
    }
    buffers.forEach(array -> weights.put(array.getName(), Residents.download(array)));
    return weights;
  }

  /**
   * Sets all weights, in place; gradients stay as they are.
   *
   * @throws IllegalArgumentException as {@link TrainableGraph#write}
   */
  public void load(Map<String, HostTensor> weights) {
    graph.requireWeights(weights);
    if (vector != null) {
      vector.load(weights);
    }
    buffers.forEach(
        array -> Residents.overwrite(array, TrainableGraph.weight(weights, array.getName())));
  }

  /** Frees the weights. */
  @Override
  public void close() {
    manager.close();
  }
}

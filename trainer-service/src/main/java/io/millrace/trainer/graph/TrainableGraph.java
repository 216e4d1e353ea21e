package io.millrace.trainer.graph;

import ai.djl.ndarray.NDManager;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.trainer.graph.Initializer.Role;
import io.millrace.trainer.graph.ops.GraphException;
import io.millrace.trainer.graph.ops.HostTensor;
import io.millrace.trainer.graph.ops.OnnxTensors;
import io.millrace.trainer.graph.ops.Operators;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An ONNX model that can be trained: checked and compiled once, run by a {@link GraphRunner} per
 * device, written back with other weights. Immutable; holds no native memory.
 */
public final class TrainableGraph {
  private final ModelProto model;
  private final List<TensorSpec> inputs;
  private final List<TensorSpec> outputs;
  private final List<Initializer> initializers;
  private final Plan plan;

  private TrainableGraph(
      ModelProto model,
      List<TensorSpec> inputs,
      List<TensorSpec> outputs,
      List<Initializer> initializers,
      Plan plan) {
    this.model = model;
    this.inputs = inputs;
    this.outputs = outputs;
    this.initializers = initializers;
    this.plan = plan;
  }

  /**
   * Reads a model whose inputs and outputs have a batch axis of any size.
   *
   * @param onnx the bytes of a ModelProto, opset 7 to 21
   * @throws GraphException if it cannot be trained; the message names what to change
   */
  public static TrainableGraph parse(byte[] onnx, ParameterSelection selection) {
    TrainableGraph graph = parseAnyBatch(onnx, selection);
    graph.inputs.forEach(input -> GraphSpecs.requireBatchAxis(input, "input"));
    graph.outputs.forEach(output -> GraphSpecs.requireBatchAxis(output, "output"));
    return graph;
  }

  /** As above, but accepts any batch axis. */
  static TrainableGraph parseAnyBatch(byte[] onnx, ParameterSelection selection) {
    ModelProto model = model(onnx);
    int opset = opset(model);
    GraphProto graph = model.getGraph();
    Map<String, HostTensor> values = values(graph);
    List<TensorSpec> inputs =
        graph.getInputList().stream()
            .filter(input -> !values.containsKey(input.getName()))
            .map(input -> GraphSpecs.read(input, "input"))
            .toList();
    List<TensorSpec> outputs =
        graph.getOutputList().stream().map(o -> GraphSpecs.read(o, "output")).toList();
    if (outputs.isEmpty()) {
      throw new GraphException("the model has no output");
    }
    List<Initializer> initializers = ParameterRules.decide(graph, values, selection);
    Plan plan = GraphCompiler.compile(graph, opset, inputs, initializers);
    return new TrainableGraph(model, inputs, outputs, initializers, plan);
  }

  private static ModelProto model(byte[] onnx) {
    try {
      ModelProto model = ModelProto.parseFrom(onnx);
      if (!model.hasGraph()) {
        throw new GraphException("%d bytes that hold no ONNX graph".formatted(onnx.length));
      }
      return model;
    } catch (InvalidProtocolBufferException e) {
      throw new GraphException(
          "%d bytes that are no ONNX model: %s".formatted(onnx.length, e.getMessage()), e);
    }
  }

  private static int opset(ModelProto model) {
    long opset =
        model.getOpsetImportList().stream()
            .filter(id -> id.getDomain().isEmpty() || id.getDomain().equals("ai.onnx"))
            .mapToLong(id -> id.getVersion())
            .findFirst()
            .orElseThrow(() -> new GraphException("the model names no opset of ai.onnx"));
    if (opset < Operators.OLDEST_OPSET || opset > Operators.NEWEST_OPSET) {
      throw new GraphException(
          "the model is of opset %d, supported are %d to %d; export with opset_version=17"
              .formatted(opset, Operators.OLDEST_OPSET, Operators.NEWEST_OPSET));
    }
    return (int) opset;
  }

  private static Map<String, HostTensor> values(GraphProto graph) {
    if (graph.getSparseInitializerCount() > 0) {
      throw new GraphException("sparse initializers are not supported; convert them to dense ones");
    }
    Map<String, HostTensor> values = new LinkedHashMap<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      String of = "initializer '" + tensor.getName() + "'";
      if (tensor.getName().isEmpty()
          || values.put(tensor.getName(), OnnxTensors.read(tensor, of)) != null) {
        throw new GraphException(of + " has no name, or another's");
      }
    }
    return values;
  }

  /** The inputs of a pass, in order. */
  public List<TensorSpec> inputs() {
    return inputs;
  }

  /** The outputs of a pass, in order. */
  public List<TensorSpec> outputs() {
    return outputs;
  }

  /** The parameters, in the order of {@link ParameterVector}. */
  public List<Initializer> parameters() {
    return withRole(Role.PARAMETER);
  }

  /** The running statistics, in the order of {@link GraphRunner#buffers()}. */
  public List<Initializer> buffers() {
    return withRole(Role.BUFFER);
  }

  private List<Initializer> withRole(Role role) {
    return initializers.stream().filter(initializer -> initializer.role() == role).toList();
  }

  /** Whether outputs depend on the batch's statistics while training. */
  public boolean hasBatchNormalization() {
    return has("BatchNormalization");
  }

  /** Whether a pass draws random numbers while training. */
  public boolean hasDropout() {
    return has("Dropout");
  }

  private boolean has(String operator) {
    return model.getGraph().getNodeList().stream()
        .map(NodeProto::getOpType)
        .anyMatch(Set.of(operator)::contains);
  }

  /** One line per initializer: role, name, shape, and why. For the log at start. */
  public String describe() {
    return initializers.stream()
        .map(i -> "%-9s %s %s: %s".formatted(i.role(), i.name(), i.value().shape(), i.why()))
        .collect(Collectors.joining("\n"));
  }

  /**
   * The weights that are stored in the model.
   *
   * @return by name, parameters and buffers
   */
  public Map<String, HostTensor> initialWeights() {
    Map<String, HostTensor> weights = new LinkedHashMap<>();
    parameters().forEach(initializer -> weights.put(initializer.name(), initializer.value()));
    buffers().forEach(initializer -> weights.put(initializer.name(), initializer.value()));
    return weights;
  }

  /**
   * A runner on a device, with the weights of the model.
   *
   * @param parent determines the device; closing it also closes the runner
   */
  public GraphRunner newRunner(NDManager parent) {
    return new GraphRunner(this, plan, parent);
  }

  /**
   * The same model with these weights, Dropout and BatchNormalization in inference mode.
   *
   * @param weights by name, all parameters and buffers
   * @return the bytes of a ModelProto
   * @throws IllegalArgumentException if a weight is missing, unknown, or of another type or shape
   */
  public byte[] write(Map<String, HostTensor> weights) {
    requireWeights(weights);
    return GraphWriter.write(model, weights);
  }

  static HostTensor weight(Map<String, HostTensor> weights, String name) {
    HostTensor weight = weights.get(name);
    if (weight == null) {
      throw new IllegalArgumentException("no weight '%s' in %s".formatted(name, weights.keySet()));
    }
    return weight;
  }

  void requireWeights(Map<String, HostTensor> weights) {
    Map<String, HostTensor> expected = initialWeights();
    if (!expected.keySet().equals(weights.keySet())) {
      throw new IllegalArgumentException(
          "weights %s, expected %s".formatted(weights.keySet(), expected.keySet()));
    }
    expected.forEach(
        (name, value) -> {
          HostTensor given = weights.get(name);
          if (given == null || !given.toString().equals(value.toString())) {
            throw new IllegalArgumentException(
                "weight '%s' is %s, expected %s".formatted(name, given, value));
          }
        });
  }
}

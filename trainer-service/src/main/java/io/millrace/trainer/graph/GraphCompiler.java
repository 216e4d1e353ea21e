package io.millrace.trainer.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.millrace.trainer.graph.ops.GraphException;
import io.millrace.trainer.graph.ops.Kernel;
import io.millrace.trainer.graph.ops.Node;
import io.millrace.trainer.graph.ops.Operators;
import io.millrace.trainer.graph.ops.Slots;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compiles the nodes of a graph, drops those that no output needs, and separates the constant ones.
 */
final class GraphCompiler {
  private final GraphProto graph;
  private final int opset;
  private final Slots slots = new Slots();
  private final Set<String> constants = new HashSet<>();
  private final List<Integer> inputs = new ArrayList<>();
  private final List<Integer> parameters = new ArrayList<>();
  private final List<Integer> buffers = new ArrayList<>();

  private GraphCompiler(GraphProto graph, int opset) {
    this.graph = graph;
    this.opset = opset;
  }

  static Plan compile(
      GraphProto graph, int opset, List<TensorSpec> inputs, List<Initializer> initializers) {
    GraphCompiler compiler = new GraphCompiler(graph, opset);
    inputs.forEach(input -> compiler.inputs.add(compiler.slots.add(input.name(), input.type())));
    initializers.forEach(compiler::addInitializer);
    return compiler.compile();
  }

  private void addInitializer(Initializer initializer) {
    String name = initializer.name();
    switch (initializer.role()) {
      case PARAMETER -> parameters.add(slots.addWeight(name, initializer.value()));
      case BUFFER -> buffers.add(slots.addWeight(name, initializer.value()));
      case CONSTANT -> {
        slots.addConstant(name, initializer.value());
        constants.add(name);
      }
    }
  }

  private Plan compile() {
    List<@Nullable Kernel> kernels = new ArrayList<>();
    for (NodeProto node : graph.getNodeList()) {
      kernels.add(Operators.compile(node, opset, slots));
    }
    Set<NodeProto> needed = needed();
    List<Plan.PlanStep> once = new ArrayList<>();
    List<Plan.PlanStep> steps = new ArrayList<>();
    for (int i = 0; i < kernels.size(); i++) {
      NodeProto node = graph.getNode(i);
      boolean constant = node.getInputList().stream().allMatch(this::isConstant);
      if (constant) {
        constants.addAll(node.getOutputList());
      }
      Kernel kernel = kernels.get(i);
      if (kernel != null && needed.contains(node)) {
        (constant ? once : steps).add(new Plan.PlanStep(Node.describe(node), kernel));
      }
    }
    return new Plan(slots, once, steps, inputs, parameters, buffers, outputs());
  }

  private boolean isConstant(String value) {
    return value.isEmpty() || constants.contains(value);
  }

  private Set<NodeProto> needed() {
    java.util.Map<String, NodeProto> producers = new java.util.HashMap<>();
    graph
        .getNodeList()
        .forEach(node -> node.getOutputList().forEach(name -> producers.put(name, node)));
    Set<NodeProto> needed = java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
    Deque<String> open = new ArrayDeque<>();
    graph.getOutputList().forEach(output -> open.add(output.getName()));
    while (!open.isEmpty()) {
      NodeProto node = producers.get(open.remove());
      if (node != null && needed.add(node)) {
        open.addAll(node.getInputList());
      }
    }
    return needed;
  }

  private List<Integer> outputs() {
    List<Integer> outputs = new ArrayList<>();
    graph
        .getOutputList()
        .forEach(
            output -> {
              Integer slot = slots.find(output.getName());
              if (slot == null) {
                throw new GraphException(
                    "no node computes output '%s'".formatted(output.getName()));
              }
              outputs.add(slot);
            });
    return outputs;
  }
}

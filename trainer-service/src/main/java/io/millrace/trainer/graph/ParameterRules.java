package io.millrace.trainer.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.millrace.trainer.graph.Initializer.Role;
import io.millrace.trainer.graph.ops.GraphException;
import io.millrace.trainer.graph.ops.HostTensor;
import io.millrace.trainer.graph.ops.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which initializers are parameters.
 *
 * <p>By use: inputs 1 and 2 of Gemm, Conv and the normalisations, an operand of MatMul of rank >=
 * 2, the data of Gather, and an operand of Add of rank >= 1. A use through views only (Identity,
 * Transpose, Reshape, ...) counts too. Patterns override these rules.
 */
final class ParameterRules {
  private static final Set<String> VIEWS =
      Set.of("Identity", "Transpose", "Reshape", "Flatten", "Squeeze", "Unsqueeze");
  private static final Set<String> WEIGHTED =
      Set.of("Gemm", "Conv", "BatchNormalization", "LayerNormalization");

  private final Map<String, HostTensor> values;
  private final Map<String, String> roots = new HashMap<>();
  private final Map<String, String> uses = new LinkedHashMap<>();
  private final Map<String, String> statistics = new LinkedHashMap<>();

  private ParameterRules(Map<String, HostTensor> values) {
    this.values = values;
    values.keySet().forEach(name -> roots.put(name, name));
  }

  static List<Initializer> decide(
      GraphProto graph, Map<String, HostTensor> values, ParameterSelection selection) {
    ParameterRules rules = new ParameterRules(values);
    graph.getNodeList().forEach(rules::visit);
    rules.requireSomeMatch("model.trainable", selection.trainable());
    rules.requireSomeMatch("model.frozen", selection.frozen());
    List<Initializer> decided = new ArrayList<>();
    values.forEach((name, value) -> decided.add(rules.decide(name, value, selection)));
    return List.copyOf(decided);
  }

  private void requireSomeMatch(String setting, List<String> patterns) {
    for (String pattern : patterns) {
      if (values.keySet().stream().noneMatch(name -> ParameterSelection.matches(pattern, name))) {
        throw new GraphException(
            "%s: '%s' matches none of the model's initializers, which are %s"
                .formatted(setting, pattern, String.join(", ", values.keySet())));
      }
    }
  }

  private void visit(NodeProto node) {
    String operator = node.getOpType();
    if (VIEWS.contains(operator) && node.getOutputCount() > 0 && root(node, 0) != null) {
      roots.put(node.getOutput(0), root(node, 0));
    } else if (WEIGHTED.contains(operator)) {
      use(node, 1, operator.equals("Gemm") || operator.equals("Conv") ? "weight" : "scale");
      use(node, 2, "bias");
      if (operator.equals("BatchNormalization")) {
        statistic(node, 3, "running mean");
        statistic(node, 4, "running variance");
      }
    } else if (operator.equals("MatMul")) {
      useFromRank(node, 2, "weight");
    } else if (operator.equals("Add")) {
      useFromRank(node, 1, "bias");
    } else if (operator.equals("Gather")) {
      use(node, 0, "table");
    }
  }

  private @Nullable String root(NodeProto node, int input) {
    return input < node.getInputCount() ? roots.get(node.getInput(input)) : null;
  }

  private void use(NodeProto node, int input, String as) {
    String root = root(node, input);
    if (root != null) {
      uses.putIfAbsent(root, as + " of " + Node.describe(node));
    }
  }

  private void useFromRank(NodeProto node, int rank, String as) {
    for (int input = 0; input < 2; input++) {
      String root = root(node, input);
      HostTensor value = root == null ? null : values.get(root);
      if (value != null && value.shape().dimension() >= rank) {
        use(node, input, as);
      }
    }
  }

  private void statistic(NodeProto node, int input, String as) {
    String root = root(node, input);
    if (root == null) {
      return;
    }
    String use = as + " of " + Node.describe(node);
    String other = statistics.put(root, use);
    if (other != null) {
      throw new GraphException(
          "initializer '%s' is both %s and %s; export with training=TrainingMode.TRAINING, so that"
                  .formatted(root, other, use)
              + " each BatchNormalization keeps its own statistics");
    }
  }

  private Initializer decide(String name, HostTensor value, ParameterSelection selection) {
    if (!value.isFloat()) {
      return new Initializer(name, value, Role.CONSTANT, "not a float");
    }
    if (ParameterSelection.anyMatches(selection.frozen(), name)) {
      return new Initializer(name, value, Role.CONSTANT, "model.frozen");
    }
    String statistic = statistics.get(name);
    if (statistic != null) {
      return new Initializer(name, value, Role.BUFFER, statistic);
    }
    if (!selection.trainable().isEmpty()) {
      boolean matches = ParameterSelection.anyMatches(selection.trainable(), name);
      return new Initializer(
          name,
          value,
          matches ? Role.PARAMETER : Role.CONSTANT,
          matches ? "model.trainable" : "not in model.trainable");
    }
    String use = uses.get(name);
    return use == null
        ? new Initializer(name, value, Role.CONSTANT, "not used as a weight")
        : new Initializer(name, value, Role.PARAMETER, use);
  }
}

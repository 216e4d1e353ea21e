package io.millrace.trainer.graph;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.millrace.schemas.features.rows.InputSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Built-in models, written as ONNX (opset 17) like a user's own. The batch axis has any size, the
 * output is float32 [batch, outputs] named {@code output}.
 */
public final class Recipes {
  private Recipes() {}

  /**
   * One linear layer over numbers; each category value has a weight per output.
   *
   * @param inputs what the features fill; names become the graph's inputs
   * @param outputs width of the output, >= 1
   * @param seed of the initial weights: same seed, same bytes
   * @return the bytes of a ModelProto
   */
  public static byte[] linear(List<InputSpec> inputs, int outputs, long seed) {
    GraphBuilder graph = new GraphBuilder(seed);
    List<String> terms = new ArrayList<>();
    List<String> numbers = new ArrayList<>();
    int width = 0;
    for (InputSpec input : inputs) {
      graph.input(input);
      if (input.integer()) {
        terms.addAll(graph.embeddings(input, outputs));
      } else {
        numbers.add(input.name());
        width += input.width();
      }
    }
    if (width > 0) {
      terms.add(0, graph.dense("linear", graph.joined("numbers", numbers), width, outputs, false));
    }
    String sum = terms.get(0);
    for (int i = 1; i < terms.size(); i++) {
      sum = graph.add("sum." + i, sum, terms.get(i));
    }
    return bytes(graph.finish("linear", sum, outputs));
  }

  /**
   * Numbers and an embedding per category, joined, through hidden layers with relu.
   *
   * @param embedding width of each category's embedding, >= 1
   * @param hidden widths of the hidden layers
   * @param outputs width of the output, >= 1
   * @param seed of the initial weights: same seed, same bytes
   * @return the bytes of a ModelProto
   */
  public static byte[] mlp(
      List<InputSpec> inputs, int embedding, List<Integer> hidden, int outputs, long seed) {
    GraphBuilder graph = new GraphBuilder(seed);
    List<String> parts = new ArrayList<>();
    int width = 0;
    for (InputSpec input : inputs) {
      graph.input(input);
      if (input.integer()) {
        parts.addAll(graph.embeddings(input, embedding));
        width += input.categories().size() * embedding;
      } else {
        parts.add(input.name());
        width += input.width();
      }
    }
    String layer = graph.joined("features", parts);
    for (int i = 0; i < hidden.size(); i++) {
      layer = graph.dense("hidden." + i, layer, width, hidden.get(i), true);
      width = hidden.get(i);
    }
    return bytes(graph.finish("mlp", graph.dense("head", layer, width, outputs, false), outputs));
  }

  private static byte[] bytes(ModelProto model) {
    return model.toByteArray();
  }
}

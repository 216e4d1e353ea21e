package io.millrace.trainer.training;

import io.millrace.trainer.graph.ops.HostTensor;
import java.util.Map;

/**
 * Inputs and outputs of the model in evaluation mode, to be compared with another engine.
 *
 * @param inputs by the model's input names, in the model's types and shapes
 * @param outputs the first output
 */
public record Probe(Map<String, HostTensor> inputs, HostTensor outputs) {
  public Probe {
    inputs = Map.copyOf(inputs);
  }
}

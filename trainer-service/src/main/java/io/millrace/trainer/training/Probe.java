package io.millrace.trainer.training;

import io.millrace.trainer.graph.ops.HostTensor;
import java.util.Map;

/**
 * What the model gives in evaluation mode, so that another engine can be held against it.
 *
 * @param inputs by the model's input names, as the model wants them
 * @param outputs the first output
 */
public record Probe(Map<String, HostTensor> inputs, HostTensor outputs) {
  public Probe {
    inputs = Map.copyOf(inputs);
  }
}

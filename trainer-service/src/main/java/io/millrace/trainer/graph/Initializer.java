package io.millrace.trainer.graph;

import io.millrace.trainer.graph.ops.HostTensor;

/**
 * A tensor that is stored in the model, and its role in training.
 *
 * @param value as in the model
 * @param why the use, or the pattern, that determined its role
 */
public record Initializer(String name, HostTensor value, Role role, String why) {

  /** What training does with an initializer. */
  public enum Role {
    /** Has a gradient and is updated by the optimizer. */
    PARAMETER,
    /** A running statistic: no gradient, updated by the forward pass, saved with the weights. */
    BUFFER,
    /** Never changes. */
    CONSTANT
  }
}

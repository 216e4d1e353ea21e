package io.millrace.trainer.graph;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * An input or output of a graph.
 *
 * @param shape -1 for an axis of any size; axis 0 is the batch
 */
public record TensorSpec(String name, DataType type, Shape shape) {
  @Override
  public String toString() {
    return name + " " + type.name().toLowerCase(java.util.Locale.ROOT) + shape;
  }
}

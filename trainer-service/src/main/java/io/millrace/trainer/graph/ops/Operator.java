package io.millrace.trainer.graph.ops;

/** Turns a node into a kernel, once, when the graph is parsed. */
@FunctionalInterface
interface Operator {
  /**
   * Reads the node's attributes and declares its outputs.
   *
   * @throws GraphException if the node uses a feature that is not supported
   */
  Kernel compile(Node node);
}

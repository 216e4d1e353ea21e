package io.millrace.trainer.graph;

import io.millrace.trainer.graph.ops.HostInts;
import io.millrace.trainer.graph.ops.Kernel;
import io.millrace.trainer.graph.ops.Slots;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A compiled graph: the nodes that run once per device, those that run in every pass, and the slots
 * of the values.
 *
 * @param once nodes whose inputs are all constants
 * @param steps nodes that an output needs, in order
 */
record Plan(
    Slots slots,
    List<PlanStep> once,
    List<PlanStep> steps,
    List<Integer> inputs,
    List<Integer> parameters,
    List<Integer> buffers,
    List<Integer> outputs) {

  /**
   * A compiled node.
   *
   * @param node its name, for messages
   */
  record PlanStep(String node, Kernel kernel) {}

  @Nullable HostInts[] knownInts() {
    return slots.knownInts();
  }
}

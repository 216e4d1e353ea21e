package io.millrace.trainer.graph;

import io.millrace.trainer.graph.ops.HostInts;
import io.millrace.trainer.graph.ops.Kernel;
import io.millrace.trainer.graph.ops.Slots;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A compiled graph: what runs once on a device, what runs in every pass, and where values lie.
 *
 * @param once nodes of constants only
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
   * A node.
   *
   * @param node for messages
   */
  record PlanStep(String node, Kernel kernel) {}

  @Nullable HostInts[] knownInts() {
    return slots.knownInts();
  }
}

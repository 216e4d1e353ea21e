/**
 * The ONNX operators, one family per file.
 *
 * <p>In: a node. Out: a {@link io.millrace.trainer.graph.ops.Kernel}. Attributes are read and
 * checked when the graph is parsed, so that a step only calls kernels. Integers that describe sizes
 * (shapes, axes, slices) stay on the host as {@link io.millrace.trainer.graph.ops.HostInts}. Start
 * with {@link io.millrace.trainer.graph.ops.Operators}. Must not import Kafka or {@code training}.
 */
package io.millrace.trainer.graph.ops;

/**
 * The ONNX operators, one family a file.
 *
 * <p>Each turns a node into a {@link io.millrace.trainer.graph.ops.Kernel} when the graph is
 * parsed: attributes are read and checked then, so that a step only calls kernels. Integer values
 * that say how large something is (shapes, axes, slices) are kept on the host as {@link
 * io.millrace.trainer.graph.ops.HostInts}.
 */
package io.millrace.trainer.graph.ops;

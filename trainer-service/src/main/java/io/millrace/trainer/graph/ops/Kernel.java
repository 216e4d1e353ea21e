package io.millrace.trainer.graph.ops;

/** One node, ready to run: reads its inputs from a frame and sets its outputs there. */
@FunctionalInterface
public interface Kernel {
  void run(Frame frame);
}

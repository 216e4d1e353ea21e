package io.millrace.trainer.graph.ops;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Resolves axes that are counted from the end, and axes given as an attribute or as an input. */
final class Axes {
  private Axes() {}

  /** The axis counted from the start. */
  static int of(long axis, int rank) {
    long normal = axis < 0 ? axis + rank : axis;
    if (normal < 0 || normal >= rank) {
      throw new GraphException("axis %d of a tensor of rank %d".formatted(axis, rank));
    }
    return (int) normal;
  }

  /** The axes counted from the start, ascending. */
  static int[] of(long[] axes, int rank) {
    int[] normal = Arrays.stream(axes).mapToInt(axis -> of(axis, rank)).sorted().toArray();
    if (Arrays.stream(normal).distinct().count() != normal.length) {
      throw new GraphException("axes %s contain one twice".formatted(Arrays.toString(axes)));
    }
    return normal;
  }

  /** The source of axes; null if none were given. */
  @FunctionalInterface
  interface AxesSource {
    long @Nullable [] at(Frame frame);
  }

  /** Axes as an input from an opset on, as an attribute before. */
  static AxesSource of(Node node, int input, int inputSince) {
    if (node.opset() < inputSince) {
      long @Nullable [] axes = node.longs("axes");
      return frame -> axes;
    }
    if (!node.has(input)) {
      return frame -> null;
    }
    HostInts known = node.ints(input);
    if (known != null) {
      return frame -> known.values();
    }
    int slot = node.in(input);
    return frame -> frame.host(slot).values();
  }
}

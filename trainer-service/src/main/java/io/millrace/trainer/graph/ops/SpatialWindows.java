package io.millrace.trainer.graph.ops;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The geometry of windows over the spatial axes of [batch, channel, spatial...], shared by Conv,
 * MaxPool and AveragePool.
 */
final class SpatialWindows {
  final long[] kernel;
  final long[] strides;
  final long[] dilations;
  private final long @Nullable [] pads;
  private final String autoPad;
  private final boolean ceil;

  /** Padding of one pass: as configured, and what rounding the output up adds at the end. */
  record Padding(long[] begin, long[] end, long[] extra) {
    boolean isNone() {
      return isZero(begin) && isZero(end) && isZero(extra);
    }

    boolean isSymmetric() {
      return Arrays.equals(begin, end) && isZero(extra);
    }

    /** PyTorch's order: last axis first, begin before end. */
    long[] forPad() {
      long[] all = new long[2 * begin.length];
      for (int i = 0; i < begin.length; i++) {
        int at = 2 * (begin.length - 1 - i);
        all[at] = begin[i];
        all[at + 1] = end[i] + extra[i];
      }
      return all;
    }

    private static boolean isZero(long[] values) {
      return Arrays.stream(values).allMatch(value -> value == 0);
    }
  }

  SpatialWindows(Node node, long[] kernel) {
    this.kernel = kernel;
    int rank = kernel.length;
    strides = orOnes(node, "strides", rank);
    dilations = orOnes(node, "dilations", rank);
    pads = node.longs("pads");
    autoPad = node.stringOr("auto_pad", "NOTSET");
    ceil = node.flag("ceil_mode", false);
    if (rank < 1 || rank > 3) {
      throw node.refused("%d spatial axes, supported are 1 to 3".formatted(rank));
    }
    if (pads != null && (pads.length != 2 * rank || Arrays.stream(pads).anyMatch(p -> p < 0))) {
      throw node.refused("pads %s, expected two >= 0 per axis".formatted(Arrays.toString(pads)));
    }
    if (Arrays.stream(kernel).anyMatch(length -> length < 1)) {
      throw node.refused("kernel_shape " + Arrays.toString(kernel) + ", expected >= 1");
    }
    if (!java.util.List.of("NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER").contains(autoPad)) {
      throw node.refused("auto_pad '" + autoPad + "'");
    }
  }

  private static long[] orOnes(Node node, String name, int rank) {
    long[] values = node.longs(name);
    if (values == null) {
      values = new long[rank];
      Arrays.fill(values, 1);
    }
    if (values.length != rank || Arrays.stream(values).anyMatch(value -> value < 1)) {
      throw node.refused(
          "%s %s, expected one >= 1 per axis".formatted(name, Arrays.toString(values)));
    }
    return values;
  }

  boolean isDilated() {
    return Arrays.stream(dilations).anyMatch(dilation -> dilation != 1);
  }

  private long reach(int axis) {
    return (kernel[axis] - 1) * dilations[axis] + 1;
  }

  /**
   * The padding for an input.
   *
   * @param shape [batch, channel, spatial...]
   */
  Padding padding(long[] shape) {
    int rank = kernel.length;
    Padding padding = new Padding(new long[rank], new long[rank], new long[rank]);
    for (int axis = 0; axis < rank; axis++) {
      long length = shape[axis + 2];
      if (autoPad.startsWith("SAME")) {
        long out = (length + strides[axis] - 1) / strides[axis];
        long total = Math.max(0, (out - 1) * strides[axis] + reach(axis) - length);
        long less = total / 2;
        padding.begin[axis] = autoPad.equals("SAME_UPPER") ? less : total - less;
        padding.end[axis] = total - padding.begin[axis];
      } else if (autoPad.equals("NOTSET") && pads != null) {
        padding.begin[axis] = pads[axis];
        padding.end[axis] = pads[axis + rank];
      }
      padding.extra[axis] = extra(axis, length, padding.begin[axis], padding.end[axis]);
    }
    return padding;
  }

  /* Rounding up lets the last window reach beyond the padding, but it has to start within. */
  private long extra(int axis, long length, long begin, long end) {
    long room = length + begin + end - reach(axis);
    if (!ceil || room < 0 || room % strides[axis] == 0) {
      return 0;
    }
    long last = (room / strides[axis] + 1) * strides[axis];
    return last >= length + begin ? 0 : last - room;
  }

  /** How many windows there are along the axis. */
  long count(int axis, long length, Padding padding) {
    long room =
        length + padding.begin[axis] + padding.end[axis] + padding.extra[axis] - reach(axis);
    return room < 0 ? 0 : room / strides[axis] + 1;
  }
}

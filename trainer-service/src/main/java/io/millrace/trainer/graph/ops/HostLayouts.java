package io.millrace.trainer.graph.ops;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Concat, Gather and Slice of integers on the host. */
final class HostLayouts {
  private HostLayouts() {}

  /* Any tensor is [before, along, after] around an axis. */
  private record AxisSplit(long before, long along, long after) {
    static AxisSplit axis(long[] shape, int axis) {
      return new AxisSplit(
          LongStream.of(shape).limit(axis).reduce(1, Math::multiplyExact),
          shape[axis],
          LongStream.of(shape).skip(axis + 1L).reduce(1, Math::multiplyExact));
    }
  }

  static HostInts concat(HostInts[] parts, long axis) {
    long[] shape = parts[0].shape().clone();
    int along = Axes.of(axis, shape.length);
    shape[along] = 0;
    for (HostInts part : parts) {
      long[] own = part.shape();
      if (own.length != shape.length || !sameElsewhere(own, shape, along)) {
        throw new GraphException(
            "cannot join shapes %s and %s"
                .formatted(Arrays.toString(parts[0].shape()), Arrays.toString(own)));
      }
      shape[along] += own[along];
    }
    long[] values = new long[Math.toIntExact(HostInts.size(shape))];
    AxisSplit whole = AxisSplit.axis(shape, along);
    long offset = 0;
    for (HostInts part : parts) {
      int run = Math.toIntExact(part.shape()[along] * whole.after());
      for (int row = 0; row < whole.before(); row++) {
        int to = Math.toIntExact(row * whole.along() * whole.after() + offset);
        System.arraycopy(part.values(), row * run, values, to, run);
      }
      offset += run;
    }
    return new HostInts(parts[0].type(), shape, values);
  }

  private static boolean sameElsewhere(long[] a, long[] b, int axis) {
    for (int i = 0; i < a.length; i++) {
      if (i != axis && a[i] != b[i]) {
        return false;
      }
    }
    return true;
  }

  static HostInts gather(HostInts x, HostInts indices, long axis) {
    int along = Axes.of(axis, x.shape().length);
    long[] shape =
        LongStream.concat(
                LongStream.concat(
                    LongStream.of(x.shape()).limit(along), LongStream.of(indices.shape())),
                LongStream.of(x.shape()).skip(along + 1L))
            .toArray();
    return new HostInts(x.type(), shape, pick(x, indices.values(), along));
  }

  private static long[] pick(HostInts x, long[] indices, int axis) {
    AxisSplit split = AxisSplit.axis(x.shape(), axis);
    int after = Math.toIntExact(split.after());
    long[] values = new long[Math.toIntExact(split.before() * indices.length * split.after())];
    int to = 0;
    for (long row = 0; row < split.before(); row++) {
      for (long index : indices) {
        int at = Axes.of(index, Math.toIntExact(split.along()));
        int from = Math.toIntExact((row * split.along() + at) * after);
        System.arraycopy(x.values(), from, values, to, after);
        to += after;
      }
    }
    return values;
  }

  static HostInts slice(
      HostInts x, long[] starts, long[] ends, long @Nullable [] axes, long @Nullable [] steps) {
    HostInts part = x;
    for (Slices.Span span : Slices.spans(x.shape(), starts, ends, axes, steps)) {
      long[] indices =
          LongStream.range(0, span.count()).map(i -> span.start() + i * span.step()).toArray();
      long[] shape = part.shape().clone();
      long[] values = pick(part, indices, span.axis());
      shape[span.axis()] = indices.length;
      part = new HostInts(x.type(), shape, values);
    }
    return part;
  }
}

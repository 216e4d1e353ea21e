package io.millrace.trainer.graph.ops;

import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.trainer.torch.Torch;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Slice, with attributes up to opset 9 and inputs since opset 10. */
final class Slices {
  private Slices() {}

  /** Along one axis: {@code count} elements from {@code start}, {@code step} apart. */
  record Span(int axis, long start, long step, long count) {}

  static Kernel slice(Node node) {
    int in = node.in(0);
    if (node.opset() < 10) {
      long[] starts = required(node, "starts");
      long[] ends = required(node, "ends");
      long[] axes = node.longs("axes");
      int out = node.emit(0, node.type(0));
      return frame -> frame.set(out, cut(frame, frame.array(in), starts, ends, axes, null));
    }
    int starts = node.in(1);
    int ends = node.in(2);
    int axes = node.has(3) ? node.in(3) : -1;
    int steps = node.has(4) ? node.in(4) : -1;
    int out = node.emit(0, node.type(0));
    return frame ->
        frame.set(
            out,
            cut(
                frame,
                frame.array(in),
                frame.host(starts).values(),
                frame.host(ends).values(),
                axes < 0 ? null : frame.host(axes).values(),
                steps < 0 ? null : frame.host(steps).values()));
  }

  private static long[] required(Node node, String name) {
    long[] values = node.longs(name);
    if (values == null) {
      throw node.refused("attribute " + name + " is missing");
    }
    return values;
  }

  private static PtNDArray cut(
      Frame frame,
      PtNDArray x,
      long[] starts,
      long[] ends,
      long @Nullable [] axes,
      long @Nullable [] steps) {
    PtNDArray part = frame.scoped(x);
    for (Span span : spans(x.getShape().getShape(), starts, ends, axes, steps)) {
      part = cut(part, span);
    }
    return part == x ? Torch.reshape(x, x.getShape().getShape()) : part;
  }

  private static PtNDArray cut(PtNDArray x, Span span) {
    if (span.count() == 0) {
      return Torch.slice(x, span.axis(), 0, 0, 1);
    }
    long last = span.start() + (span.count() - 1) * span.step();
    if (span.step() > 0) {
      return Torch.slice(x, span.axis(), span.start(), last + 1, span.step());
    }
    PtNDArray forward = Torch.slice(x, span.axis(), last, span.start() + 1, -span.step());
    return Torch.flip(forward, new long[] {span.axis()});
  }

  static Span[] spans(
      long[] shape,
      long[] starts,
      long[] ends,
      long @Nullable [] axesOrAll,
      long @Nullable [] stepsOrOnes) {
    long[] axes = axesOrAll != null ? axesOrAll : LongStream.range(0, starts.length).toArray();
    long[] steps = stepsOrOnes != null ? stepsOrOnes : ones(starts.length);
    if (ends.length != starts.length
        || axes.length != starts.length
        || steps.length != starts.length) {
      throw new GraphException("starts, ends, axes and steps of different lengths");
    }
    Span[] spans = new Span[starts.length];
    for (int i = 0; i < spans.length; i++) {
      int axis = Axes.of(axes[i], shape.length);
      spans[i] = span(axis, shape[axis], starts[i], ends[i], steps[i]);
    }
    return spans;
  }

  private static Span span(int axis, long length, long start, long end, long step) {
    if (step == 0) {
      throw new GraphException("a step of 0 along axis " + axis);
    }
    long low = step > 0 ? 0 : -1;
    long high = step > 0 ? length : length - 1;
    long from = clamp(start < 0 ? start + length : start, Math.max(low, 0), high);
    long to = clamp(end < 0 ? end + length : end, low, high);
    long distance = step > 0 ? to - from : from - to;
    long stride = Math.abs(Math.max(step, -Long.MAX_VALUE));
    long count = distance <= 0 ? 0 : (distance - 1) / stride + 1;
    return new Span(axis, from, count <= 1 ? Long.signum(step) : step, count);
  }

  private static long clamp(long value, long low, long high) {
    return Math.max(low, Math.min(value, high));
  }

  private static long[] ones(int count) {
    long[] ones = new long[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}

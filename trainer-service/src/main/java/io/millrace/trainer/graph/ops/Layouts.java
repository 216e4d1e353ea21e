package io.millrace.trainer.graph.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.trainer.torch.Torch;
import java.util.stream.IntStream;

/** Transpose, Concat, Expand and Split. */
final class Layouts {
  private Layouts() {}

  static Kernel transpose(Node node) {
    long[] order = node.longs("perm");
    int in = node.in(0);
    int out = node.emit(0, node.type(0));
    return frame -> {
      PtNDArray x = frame.array(in);
      frame.set(out, Torch.permute(x, order != null ? order : reversed(x)));
    };
  }

  private static long[] reversed(PtNDArray array) {
    int rank = array.getShape().dimension();
    return IntStream.range(0, rank).mapToLong(i -> rank - 1 - i).toArray();
  }

  static Kernel concat(Node node) {
    if (!node.hasAttribute("axis")) {
      throw node.refused("attribute axis is missing");
    }
    long axis = node.longOr("axis", 0);
    DataType type = node.common(0, node.inputCount() - 1);
    int[] in = IntStream.range(0, node.inputCount()).map(node::in).toArray();
    int out = node.emit(0, type);
    return frame -> {
      PtNDArray[] parts = new PtNDArray[in.length];
      for (int i = 0; i < in.length; i++) {
        parts[i] = frame.array(in[i]);
      }
      frame.set(out, Torch.cat(parts, axis));
    };
  }

  static Kernel expand(Node node) {
    int in = node.in(0);
    int shape = node.in(1);
    int out = node.emit(0, node.type(0));
    return frame -> {
      PtNDArray x = frame.array(in);
      long[] wanted = Broadcast.shape(x.getShape().getShape(), frame.host(shape).values());
      frame.set(out, Torch.broadcast(x, new Shape(wanted)));
    };
  }

  /**
   * Lengths are an attribute up to opset 12 and an input since opset 13. Without lengths the parts
   * are equal.
   */
  static Kernel split(Node node) {
    long axis = node.longOr("axis", 0);
    long[] lengths = node.opset() < 13 ? node.longs("split") : null;
    int lengthsIn = node.opset() >= 13 && node.has(1) ? node.in(1) : -1;
    int parts = node.outputCount();
    if (node.opset() >= 18 && node.longOr("num_outputs", parts) != parts) {
      throw node.refused("num_outputs is not the number of outputs, " + parts);
    }
    int in = node.in(0);
    int[] out = new int[parts];
    for (int i = 0; i < parts; i++) {
      out[i] = node.emit(i, node.type(0));
    }
    return frame -> {
      PtNDArray x = frame.array(in);
      int along = Axes.of(axis, x.getShape().dimension());
      long[] sizes =
          lengthsIn >= 0
              ? frame.host(lengthsIn).values()
              : lengths != null ? lengths : equal(x.getShape().get(along), parts);
      long from = 0;
      for (int i = 0; i < parts; i++) {
        frame.set(out[i], Torch.slice(x, along, from, from + sizes[i], 1));
        from += sizes[i];
      }
    };
  }

  private static long[] equal(long length, int parts) {
    long part = (length + parts - 1) / parts;
    return IntStream.range(0, parts)
        .mapToLong(i -> Math.max(0, Math.min(part, length - i * part)))
        .toArray();
  }
}

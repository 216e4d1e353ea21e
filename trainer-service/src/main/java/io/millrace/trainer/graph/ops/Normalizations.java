package io.millrace.trainer.graph.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.trainer.torch.Torch;
import java.util.Arrays;
import java.util.stream.IntStream;

/** LayerNormalization; see also {@link BatchNormalization}. */
final class Normalizations {
  private Normalizations() {}

  static Kernel layer(Node node) {
    DataType type = node.floating(0);
    long axis = node.longOr("axis", -1);
    double epsilon = node.doubleOr("epsilon", 1e-5f);
    if (node.longOr("stash_type", 1) != 1) {
      throw node.refused("stash_type must be 1 (float32)");
    }
    int in = node.in(0);
    int scale = node.in(1);
    int bias = node.has(2) ? node.in(2) : node.scalar(type, 0);
    int eps = node.scalar(type, epsilon);
    int one = node.scalar(type, 1);
    int out = node.emit(0, type);
    int mean = node.emit(1, type);
    int deviation = node.emit(2, type);
    boolean statistics = node.hasOut(1) || node.hasOut(2);
    return frame -> {
      PtNDArray x = frame.scoped(frame.array(in));
      long[] shape = x.getShape().getShape();
      int from = Axes.of(axis, shape.length);
      Shape normal = new Shape(Arrays.copyOfRange(shape, from, shape.length));
      PtNDArray gamma = frame.array(scale);
      PtNDArray beta = frame.array(bias);
      if (!statistics && gamma.getShape().equals(normal) && beta.getShape().equals(normal)) {
        frame.set(out, Torch.layerNorm(x, normal, gamma, beta, epsilon));
        return;
      }
      int[] axes = IntStream.range(from, shape.length).toArray();
      PtNDArray average = Reductions.mean(frame, x, axes, true);
      PtNDArray centered = Torch.sub(x, average);
      PtNDArray variance = Reductions.mean(frame, Torch.square(centered), axes, true);
      PtNDArray root = Torch.sqrt(Torch.add(variance, frame.array(eps)));
      PtNDArray inverse = Torch.div(frame.scoped(frame.array(one)), root);
      frame.set(mean, average);
      frame.set(deviation, inverse);
      frame.set(out, Torch.add(Torch.mul(Torch.mul(centered, inverse), gamma), beta));
    };
  }
}

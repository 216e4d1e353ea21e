package io.millrace.trainer.graph.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.trainer.torch.Torch;
import java.util.Arrays;

/** Conv over one to three spatial axes, with groups. */
final class Convolution {
  private Convolution() {}

  static Kernel compile(Node node) {
    DataType type = node.floating(0);
    node.common(0, 2);
    int in = node.in(0);
    int weight = node.in(1);
    int bias = node.has(2) ? node.in(2) : -1;
    long[] given = node.longs("kernel_shape");
    int groups = Math.toIntExact(Math.min(Integer.MAX_VALUE, node.longOr("group", 1)));
    if (groups < 1) {
      throw node.refused("group %d, expected >= 1".formatted(groups));
    }
    long[] kernel = given != null ? given : kernel(node);
    SpatialWindows windows = new SpatialWindows(node, kernel);
    Shape strides = new Shape(windows.strides);
    Shape dilations = new Shape(windows.dilations);
    Shape none = new Shape(new long[kernel.length]);
    int out = node.emit(0, type);
    return frame -> {
      PtNDArray x = frame.array(in);
      SpatialWindows.Padding padding = windows.padding(x.getShape().getShape());
      boolean symmetric = padding.isSymmetric();
      PtNDArray padded = symmetric ? x : frame.own(Torch.pad(x, padding.forPad(), 0));
      Shape pads = symmetric ? new Shape(padding.begin()) : none;
      PtNDArray w = frame.array(weight);
      PtNDArray b = bias < 0 ? Constants.absent() : frame.array(bias);
      frame.set(out, Torch.convolution(padded, w, b, strides, pads, dilations, groups));
    };
  }

  private static long[] kernel(Node node) {
    HostTensor weight = node.weight(1);
    if (weight == null || weight.shape().dimension() < 3) {
      throw node.refused("attribute kernel_shape is missing, and the weight is no initializer");
    }
    long[] shape = weight.shape().getShape();
    return Arrays.copyOfRange(shape, 2, shape.length);
  }
}

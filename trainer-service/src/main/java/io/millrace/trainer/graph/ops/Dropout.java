package io.millrace.trainer.graph.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.trainer.torch.Torch;
import java.util.SplittableRandom;

/**
 * Dropout, with a mask that depends on the pass's seed, the node's place in the graph and the
 * shape, and on nothing else: drawn on the host, so that it is the same on every device.
 */
final class Dropout {
  private Dropout() {}

  static Kernel compile(Node node) {
    node.ignore("seed");
    DataType type = node.floating(0);
    double attribute = node.opset() < 12 ? node.doubleOr("ratio", 0.5f) : 0.5;
    int ratioIn = node.opset() >= 12 && node.has(1) ? node.in(1) : -1;
    HostTensor known = ratioIn >= 0 ? node.constant(1) : null;
    int in = node.in(0);
    int out = node.emit(0, type);
    boolean wantsMask = node.hasOut(1);
    int mask = node.emit(1, DataType.BOOLEAN);
    return frame -> {
      PtNDArray x = frame.array(in);
      double ratio =
          !frame.training()
              ? 0
              : ratioIn < 0 ? attribute : ratio(known != null ? known : frame.value(ratioIn));
      if (ratio == 0) {
        frame.lend(out, x);
        if (wantsMask) {
          frame.set(mask, (PtNDArray) frame.scope().ones(x.getShape(), DataType.BOOLEAN));
        }
        return;
      }
      boolean[] kept = draw(x.getShape(), ratio, frame.seed() ^ (out * 0x9E3779B97F4A7C15L));
      PtNDArray scale = frame.upload(scales(kept, ratio, x.getShape(), type));
      frame.set(out, Torch.mul(scale, x));
      if (wantsMask) {
        frame.set(mask, frame.convert(scale, DataType.BOOLEAN));
      }
    };
  }

  private static double ratio(HostTensor value) {
    double ratio = value.doubles()[0];
    if (!(ratio >= 0 && ratio < 1)) {
      throw new GraphException("a ratio of %s, expected 0 <= ratio < 1".formatted(ratio));
    }
    return ratio;
  }

  private static boolean[] draw(Shape shape, double ratio, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    boolean[] kept = new boolean[Math.toIntExact(shape.size())];
    // 32 bits an element, two elements a draw
    long threshold = (long) (ratio * 0x1p32);
    for (int i = 0; i < kept.length; i += 2) {
      long bits = random.nextLong();
      kept[i] = (bits >>> 32) >= threshold;
      if (i + 1 < kept.length) {
        kept[i + 1] = (bits & 0xFFFFFFFFL) >= threshold;
      }
    }
    return kept;
  }

  private static HostTensor scales(boolean[] kept, double ratio, Shape shape, DataType type) {
    double scale = 1 / (1 - ratio);
    if (type == DataType.FLOAT32) {
      float[] values = new float[kept.length];
      for (int i = 0; i < kept.length; i++) {
        values[i] = kept[i] ? (float) scale : 0;
      }
      return HostTensor.of(shape, values);
    }
    double[] values = new double[kept.length];
    for (int i = 0; i < kept.length; i++) {
      values[i] = kept[i] ? scale : 0;
    }
    return HostTensor.of(shape, values);
  }
}

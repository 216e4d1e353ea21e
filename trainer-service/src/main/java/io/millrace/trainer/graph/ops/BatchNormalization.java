package io.millrace.trainer.graph.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.trainer.torch.Torch;

/**
 * Normalises by the batch while training and moves the running statistics by momentum, as ONNX
 * defines it: running = momentum * running + (1 - momentum) * batch, with the variance divided by n
 * where PyTorch divides by n - 1. Otherwise by the running statistics.
 *
 * <p>Statistics that are buffers of the graph are updated in place. A batch of one value per
 * channel has variance zero: the output is the bias.
 */
final class BatchNormalization {
  private final double epsilon;
  private final int in;
  private final int scale;
  private final int bias;
  private final int mean;
  private final int variance;
  private final int keep;
  private final int move;
  private final int out;
  private final int meanOut;
  private final int varianceOut;

  private BatchNormalization(Node node) {
    DataType type = node.floating(0);
    epsilon = node.doubleOr("epsilon", 1e-5f);
    double momentum = node.doubleOr("momentum", 0.9f);
    in = node.in(0);
    scale = node.in(1);
    bias = node.in(2);
    mean = node.in(3);
    variance = node.in(4);
    keep = node.scalar(type, momentum);
    move = node.scalar(type, 1 - momentum);
    out = node.emit(0, type);
    meanOut = node.emit(1, type);
    varianceOut = node.emit(2, type);
  }

  static Kernel compile(Node node) {
    node.common(0, 4);
    if (node.longOr("spatial", 1) != 1) {
      throw node.refused("spatial=0 is not supported; opset 9 removed it");
    }
    node.ignore("training_mode");
    if (node.outputCount() > 3) {
      throw node.refused("saved_mean and saved_var (before opset 14) are not supported as outputs");
    }
    boolean frozen = node.constant(3) != null && node.constant(4) != null;
    BatchNormalization batch = new BatchNormalization(node);
    return frozen ? batch::infer : frame -> batch.run(frame);
  }

  private void run(Frame frame) {
    if (frame.training()) {
      train(frame);
    } else {
      infer(frame);
    }
  }

  private void infer(Frame frame) {
    PtNDArray running = frame.array(mean);
    PtNDArray spread = frame.array(variance);
    frame.set(out, normalise(frame, running, spread, false));
    frame.lend(meanOut, running);
    frame.lend(varianceOut, spread);
  }

  /*
   * PyTorch updates the given statistics in place; with momentum 1 they become those of the batch.
   */
  private PtNDArray normalise(Frame frame, PtNDArray running, PtNDArray spread, boolean train) {
    PtNDArray x = frame.array(in);
    // DJL passes its parameters on in another order than their names suggest
    return frame.own(
        Torch.batchNorm(
            x, running, spread, frame.array(scale), frame.array(bias), train, 1.0, epsilon));
  }

  private void train(Frame frame) {
    PtNDArray x = frame.array(in);
    Shape channels = frame.array(mean).getShape();
    PtNDArray batchMean = frame.zeros(channels, x.getDataType());
    PtNDArray batchVariance = frame.zeros(channels, x.getDataType());
    Shape shape = x.getShape();
    long count = channels.size() == 0 ? 0 : shape.size() / channels.size();
    if (count > 1) {
      frame.set(out, normalise(frame, batchMean, batchVariance, true));
      // not in place: the backward pass reads it
      batchVariance = (PtNDArray) batchVariance.mul((count - 1) / (double) count);
    } else {
      batchMean = single(frame, x);
    }
    if (count > 0) {
      frame.lend(meanOut, moved(frame, mean, batchMean));
      frame.lend(varianceOut, moved(frame, variance, batchVariance));
    }
  }

  private PtNDArray single(Frame frame, PtNDArray x) {
    long[] perChannel = new long[x.getShape().dimension()];
    java.util.Arrays.fill(perChannel, 1);
    perChannel[1] = -1;
    PtNDArray own = frame.scoped(x);
    PtNDArray nothing = Torch.sub(own, own);
    PtNDArray gamma = frame.own(Torch.reshape(frame.array(scale), perChannel));
    PtNDArray beta = frame.own(Torch.reshape(frame.array(bias), perChannel));
    frame.set(out, Torch.add(Torch.mul(nothing, gamma), beta));
    return Torch.detachGradient(Torch.reshape(own, new long[] {-1}));
  }

  private PtNDArray moved(Frame frame, int slot, PtNDArray batch) {
    PtNDArray running = frame.array(slot);
    PtNDArray step = Torch.mul(batch, frame.array(move));
    if (frame.isBuffer(slot)) {
      Torch.muli(running, frame.array(keep));
      Torch.addi(running, step);
      return running;
    }
    return frame.own(Torch.add(frame.own(Torch.mul(running, frame.array(keep))), step));
  }
}

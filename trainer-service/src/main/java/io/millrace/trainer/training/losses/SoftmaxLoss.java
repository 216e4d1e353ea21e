package io.millrace.trainer.training.losses;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.trainer.graph.ops.GraphException;
import io.millrace.trainer.torch.Torch;
import org.jspecify.annotations.Nullable;

/**
 * Cross entropy of float [rows, classes] against class indices: -log p of the sample's class.
 *
 * @param probabilities whether the model applies the softmax itself
 */
record SoftmaxLoss(int classes, boolean probabilities) implements Loss {

  @Override
  public PtNDArray perSample(PtNDArray output, PtNDArray target) {
    if (probabilities) {
      return Torch.log(BinaryLosses.clamped(Torch.gather(output, target, 1)));
    }
    return Torch.gather(Torch.logSoftmax(output, 1, output.getDataType()), target, 1);
  }

  @Override
  public int sign() {
    return -1;
  }

  @Override
  public DataType targetType(DataType output) {
    return DataType.INT64;
  }

  @Override
  public Shape targetShape(Shape output, int rows) {
    if (output.dimension() != 2 || output.get(0) != rows || output.get(1) != classes) {
      throw new GraphException(
          ("the model's first output has shape %s for %d samples, the label's classes require"
                  + " [%d, %d]")
              .formatted(output, rows, rows, classes));
    }
    return new Shape(rows, 1);
  }

  @Override
  public @Nullable String problemOf(float label) {
    boolean known = label >= 0 && label < classes && label == (int) label;
    return known
        ? null
        : "label is %s, expected a class from 0 to %d".formatted(label, classes - 1);
  }
}

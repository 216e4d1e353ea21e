package io.millrace.trainer.training.losses;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.config.ModelConfig;
import io.millrace.schemas.config.ModelConfig.Output;
import io.millrace.schemas.config.Task;
import io.millrace.trainer.graph.ops.GraphException;
import org.jspecify.annotations.Nullable;

/** What training minimises: one number per sample. Stateless. */
public interface Loss {

  /**
   * The loss of each sample, as part of autograd's graph.
   *
   * @param output float [rows, ...], the model's first output
   * @param target of {@link #targetType} and {@link #targetShape}
   * @return [rows, 1] or of the output's shape: the losses times {@link #sign}
   */
  PtNDArray perSample(PtNDArray output, PtNDArray target);

  /** 1, or -1 if {@link #perSample} returns log-likelihoods. */
  default int sign() {
    return 1;
  }

  /** The type of labels on the device. */
  default DataType targetType(DataType output) {
    return output;
  }

  /**
   * The shape of labels on the device.
   *
   * @throws GraphException if the output's shape does not match the label
   */
  default Shape targetShape(Shape output, int rows) {
    if (output.size() != rows) {
      throw new GraphException(
          "the model's first output has shape %s for %d samples, the label requires [%d, 1]"
              .formatted(output, rows, rows));
    }
    return output;
  }

  /** The problem with a label; null if it is valid. */
  default @Nullable String problemOf(float label) {
    return Float.isFinite(label) ? null : "label is " + label;
  }

  /** The configured loss. */
  static Loss of(ModelConfig model, LabelConfig label) {
    boolean probabilities = model.output() == Output.PROBABILITIES;
    return switch (model.lossFor(label.task())) {
      case MSE -> ValueLosses::square;
      case MAE -> ValueLosses::absolute;
      case HUBER -> (output, target) -> ValueLosses.huber(output, target, model.huberDelta());
      case CROSS_ENTROPY ->
          label.task() == Task.MULTICLASS
              ? new SoftmaxLoss(label.classes(), probabilities)
              : probabilities ? BinaryLosses::onProbabilities : BinaryLosses::onLogits;
      case AUTO -> throw new IllegalStateException("auto is resolved by the settings");
    };
  }
}

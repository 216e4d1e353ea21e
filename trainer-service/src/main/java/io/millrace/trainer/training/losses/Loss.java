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
   * The loss of each sample, as part of the graph that autograd goes back through.
   *
   * @param output float [rows, ...] as the model gives it
   * @param target of {@link #targetType} and {@link #targetShape}
   * @return [rows, 1] or of the output's shape: the losses times {@link #sign}
   */
  PtNDArray perSample(PtNDArray output, PtNDArray target);

  /** 1, or -1 where {@link #perSample} gives likelihoods. */
  default int sign() {
    return 1;
  }

  /** Of labels on the device. */
  default DataType targetType(DataType output) {
    return output;
  }

  /**
   * Of labels on the device.
   *
   * @throws GraphException if the output is not what the label asks for
   */
  default Shape targetShape(Shape output, int rows) {
    if (output.size() != rows) {
      throw new GraphException(
          "the model's first output is of shape %s for %d samples, the label asks for [%d, 1]"
              .formatted(output, rows, rows));
    }
    return output;
  }

  /** What is wrong with a label, null if nothing is. */
  default @Nullable String problemOf(float label) {
    return Float.isFinite(label) ? null : "label is " + label;
  }

  /** The loss that the settings ask for. */
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

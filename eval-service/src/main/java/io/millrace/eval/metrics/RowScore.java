package io.millrace.eval.metrics;

import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.config.ModelConfig;
import io.millrace.schemas.config.ModelConfig.Output;
import java.nio.FloatBuffer;

/**
 * One sample's score under one model. Reused for each row, so that nothing is allocated per sample.
 * Confined to one thread.
 */
public abstract sealed class RowScore permits BinaryScore, ClassScore, ValueScore {
  /** Probabilities are clipped to at least this distance from 0 and 1, as in training. */
  static final double MARGIN = 1e-7;

  double loss;

  /** Classification: the label's class and the predicted one. */
  int labelled;

  int predicted;

  /** Classification: the probability of "yes", or of the predicted class. */
  double probability;

  /** Classification: squared error of the probabilities. */
  double brier;

  /** Binary: of "yes". */
  double logOdds;

  /** Regression: prediction minus label, and the label. */
  double error;

  double value;

  /**
   * The score of outputs of this kind.
   *
   * @param width floats per row in the model's first output: 1 or 2 for a binary label, one per
   *     class, 1 for a value
   * @throws IllegalArgumentException if the label needs another width
   */
  public static RowScore of(ModelConfig model, LabelConfig label, int width) {
    boolean probabilities = model.output() == Output.PROBABILITIES;
    return switch (label.task()) {
      case BINARY -> new BinaryScore(width, probabilities);
      case MULTICLASS -> new ClassScore(width, label.classes(), probabilities);
      case REGRESSION -> new ValueScore(width, ValueLoss.of(model));
    };
  }

  /**
   * Scores a row.
   *
   * @param outputs float32 [batch, width], read at absolute positions
   * @param label 0 or 1, a class's index, or a value
   * @return {@link #loss}
   */
  public abstract double read(FloatBuffer outputs, int row, float label);

  /** The loss of the row read last; not finite if the output is not finite, or is too large. */
  public final double loss() {
    return loss;
  }

  final boolean isFinite() {
    return Double.isFinite(loss) && Double.isFinite(brier) && Double.isFinite(error * error);
  }

  static void requireWidth(int width, int expected, String label) {
    if (width != expected) {
      throw new IllegalArgumentException(
          "the model's first output has %d values per sample, %s needs %d"
              .formatted(width, label, expected));
    }
  }
}

package io.millrace.eval.metrics;

import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.config.ModelConfig;
import io.millrace.schemas.config.ModelConfig.Output;
import java.nio.FloatBuffer;

/**
 * One sample's score under one model. A holder that is filled again for each row, so that no object
 * is made per sample; confined to one thread.
 */
public abstract sealed class RowScore permits BinaryScore, ClassScore, ValueScore {
  /** The closest to 0 or 1 that a probability counts as, as in training. */
  static final double MARGIN = 1e-7;

  double loss;

  /** Classification: the label's class and the likeliest one. */
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
   * How scores are read off outputs of this kind.
   *
   * @param width floats per row in the model's first output: 1 or 2 for a binary label, one per
   *     class, 1 for a value
   * @throws IllegalArgumentException if the label asks for another width
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

  /** Of the row read last; not finite if the output is not, or too large for its loss. */
  public final double loss() {
    return loss;
  }

  final boolean isFinite() {
    return Double.isFinite(loss) && Double.isFinite(brier) && Double.isFinite(error * error);
  }

  static void requireWidth(int width, int expected, String label) {
    if (width != expected) {
      throw new IllegalArgumentException(
          "the model's first output has %d values per sample, %s asks for %d"
              .formatted(width, label, expected));
    }
  }
}

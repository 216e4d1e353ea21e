package io.millrace.tune.plan;

import java.util.List;
import java.util.OptionalDouble;

/**
 * How well a model followed the stream: each sample scored before it was trained on.
 *
 * @param loss mean over all samples; positive infinity where training failed
 * @param auc empty where the label has none
 * @param curve loss in each part of the stream, in order, of equal length
 */
public record Quality(double loss, OptionalDouble auc, List<Double> curve) {
  public Quality {
    curve = List.copyOf(curve);
  }

  /** Of a setting at which training fails. */
  public static Quality diverged() {
    return new Quality(Double.POSITIVE_INFINITY, OptionalDouble.empty(), List.of());
  }
}

package io.millrace.schemas.features.columns;

import io.millrace.schemas.config.FeatureConfig.Scale;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Centres, divides and bounds a number. */
final class Scaling {
  private final double mean;
  private final double deviation;
  private final double low;
  private final double high;

  Scaling(@Nullable Scale scale, @Nullable List<Double> clip) {
    this.mean = scale == null ? 0 : scale.mean();
    this.deviation = scale == null ? 1 : scale.deviation();
    this.low = clip == null ? Double.NEGATIVE_INFINITY : clip.get(0);
    this.high = clip == null ? Double.POSITIVE_INFINITY : clip.get(1);
  }

  double apply(double number) {
    return Math.min(high, Math.max(low, (number - mean) / deviation));
  }

  /** Whether {@link #apply} changes nothing. */
  boolean isIdentity() {
    return mean == 0
        && deviation == 1
        && low == Double.NEGATIVE_INFINITY
        && high == Double.POSITIVE_INFINITY;
  }
}

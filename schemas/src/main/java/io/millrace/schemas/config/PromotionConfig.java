package io.millrace.schemas.config;

import io.millrace.schemas.config.binding.Checks;
import io.millrace.schemas.config.binding.Setting;
import java.time.Duration;

/** When a challenger replaces the champion. */
public record PromotionConfig(
    @Setting(
            value =
                "The error rate: the probability that any equally good challenger is ever promoted.",
            byDefault = "0.05")
        double alpha,
    @Setting(
            value = "Loss differences are clipped to between minus and plus this.",
            byDefault = "0.5")
        double clip,
    @Setting(value = "The least number of paired samples before any decision.", byDefault = "1000")
        long minSamples,
    @Setting(value = "A trial ends undecided after this many paired samples.", byDefault = "50000")
        long maxSamples,
    @Setting(
            value = "The least number of event-time windows that a decision must span.",
            byDefault = "3")
        int minWindows,
    @Setting(value = "The least time between two promotions (event time).", byDefault = "PT0S")
        Duration coolDown,
    @Setting(
            value =
                "Whether a champion that falls behind the checkpoint that it replaced is rolled back.",
            byDefault = "true")
        boolean rollback) {
  public PromotionConfig {
    new Checks()
        .that(alpha > 0 && alpha < 1, "alpha", alpha, "must lie between 0 and 1")
        .that(clip > 0 && Double.isFinite(clip), "clip", clip, "must be finite and > 0")
        .positive("min_samples", minSamples)
        .that(
            maxSamples >= minSamples,
            "max_samples",
            maxSamples,
            "must be at least promotion.min_samples (" + minSamples + ")")
        .positive("min_windows", minWindows)
        .notNegative("cool_down", coolDown)
        .done();
  }
}

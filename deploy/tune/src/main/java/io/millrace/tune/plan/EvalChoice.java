package io.millrace.tune.plan;

import io.millrace.schemas.tuning.Speed;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The recommended eval batch: the smallest within 5 % of the best speed, since samples only wait
 * longer in a larger one.
 */
public record EvalChoice(Speed speed, Speed fastest) {
  private static final double CLOSE = 0.95;

  /** Chooses one; empty if nothing was measured. */
  public static Optional<EvalChoice> of(List<Speed> speeds) {
    return speeds.stream()
        .max(Comparator.comparingDouble(Speed::samplesPerSecond))
        .flatMap(
            fastest ->
                speeds.stream()
                    .filter(s -> s.samplesPerSecond() >= CLOSE * fastest.samplesPerSecond())
                    .min(Comparator.comparingInt(Speed::batch))
                    .map(smallest -> new EvalChoice(smallest, fastest)));
  }

  /** The reason, in one sentence. */
  public String reasons() {
    return String.format(
        Locale.ROOT,
        "Evaluation scores %,.0f samples/s at %,d a batch, in %.1f ms: the smallest within 5 %% of the fastest (%,d a batch, %,.0f samples/s).",
        speed.samplesPerSecond(),
        speed.batch(),
        speed.medianNanos() / 1e6,
        fastest.batch(),
        fastest.samplesPerSecond());
  }
}

package io.millrace.tune.plan;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The recommended train batch, and the alternatives.
 *
 * @param row the recommended setting
 * @param best the lowest loss among all comparable rows
 * @param fastest the fastest within 5 % of that loss
 * @param speeds samples per second by batch size
 */
public record Recommendation(
    CandidateResult row,
    CandidateResult best,
    CandidateResult fastest,
    Map<Integer, Double> speeds) {
  /*
   * A row is good if its loss is within 5 % of the best. Of the good rows, those that reach half the speed of the fastest are
   * acceptable. Both bounds concern figures that vary from run to run, so the row that keeps farthest from them is chosen: with
   * each distance as a share of the way from the bound to the best, the row whose smaller distance is the largest.
   */
  private static final double GOOD_LOSS = 1.05;
  private static final double GOOD_SPEED = 0.5;

  private static final int RATE_DIGITS = 3;

  public Recommendation {
    speeds = Map.copyOf(speeds);
  }

  /**
   * Chooses from the last complete rung, or from the available results if none is complete.
   *
   * @param rungs in their order
   * @param speeds samples per second of every batch size that was tried
   * @return empty if nothing was tried, or if training failed at every setting
   */
  public static Optional<Recommendation> of(List<Rung> rungs, Map<Integer, Double> speeds) {
    for (int i = rungs.size() - 1; i >= 0; i--) {
      if (rungs.get(i).complete() || i == 0) {
        return of(rungs.get(i), speeds);
      }
    }
    return Optional.empty();
  }

  private static Optional<Recommendation> of(Rung rung, Map<Integer, Double> speeds) {
    List<CandidateResult> sound =
        rung.ranked().stream()
            .filter(row -> Double.isFinite(row.loss()))
            .filter(row -> speeds.containsKey(row.candidate().batch()))
            .toList();
    if (sound.isEmpty()) {
      return Optional.empty();
    }
    CandidateResult best = sound.get(0);
    double bound = best.loss() * GOOD_LOSS;
    List<CandidateResult> good = sound.stream().filter(row -> row.loss() <= bound).toList();
    CandidateResult fastest =
        good.stream().max(Comparator.comparingDouble(row -> speed(row, speeds))).orElseThrow();
    double top = speed(fastest, speeds);
    CandidateResult chosen = best;
    double most = -1;
    for (CandidateResult row : good) {
      double loss = share(bound - row.loss(), bound - best.loss());
      double speed = share(speed(row, speeds) - GOOD_SPEED * top, top - GOOD_SPEED * top);
      if (Math.min(loss, speed) > most) {
        chosen = row;
        most = Math.min(loss, speed);
      }
    }
    return Optional.of(new Recommendation(most < 0 ? fastest : chosen, best, fastest, speeds));
  }

  private static double share(double distance, double whole) {
    return whole > 0 ? distance / whole : 1;
  }

  private static double speed(CandidateResult row, Map<Integer, Double> speeds) {
    return speeds.getOrDefault(row.candidate().batch(), 0.0);
  }

  /** The reasons, in two or three sentences. */
  public String reasons() {
    int batch = row.candidate().batch();
    String counts =
        "over %,d samples and %d seed%s"
            .formatted(row.samples(), row.seeds().size(), row.seeds().size() == 1 ? "" : "s");
    String first =
        String.format(
            Locale.ROOT,
            "%,d samples a step at learning rate %s reach a prequential loss of %.4f (± %.4f) %s, %s.",
            batch,
            rate(row),
            row.loss(),
            row.lossDeviation(),
            counts,
            row.equals(best)
                ? "the lowest of all"
                : String.format(
                    Locale.ROOT,
                    "%.1f %% above the lowest, which is %.4f at %,d and %s",
                    100 * (row.loss() / best.loss() - 1),
                    best.loss(),
                    best.candidate().batch(),
                    rate(best)));
    String second =
        String.format(
            Locale.ROOT,
            " They train at %,.0f samples/s, %.0f %% of the fastest that is within 5 %% of the lowest loss (%,d a step, %,.0f samples/s).",
            speed(row, speeds),
            100 * speed(row, speeds) / speed(fastest, speeds),
            fastest.candidate().batch(),
            speed(fastest, speeds));
    String third =
        row.equals(best)
            ? ""
            : String.format(
                Locale.ROOT,
                " If samples never arrive faster than %,.0f/s, %,d a step at %s follows the stream better.",
                speed(best, speeds),
                best.candidate().batch(),
                rate(best));
    return first + second + third;
  }

  /** The learning rate as written into a file: three digits, without an exponent. */
  public static String rate(CandidateResult row) {
    return new BigDecimal(row.candidate().learningRate())
        .round(new MathContext(RATE_DIGITS))
        .stripTrailingZeros()
        .toPlainString();
  }
}

package io.millrace.tune.plan;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The train batch that is recommended, and what it was chosen from.
 *
 * @param row what is recommended
 * @param best lowest loss of all that can be compared with it
 * @param fastest the fastest within 5 % of that loss
 * @param speeds samples per second by batch size
 */
public record Recommendation(
    CandidateResult row,
    CandidateResult best,
    CandidateResult fastest,
    Map<Integer, Double> speeds) {
  /*
   * Good is what comes within 5 % of the best loss. Of those, whoever reaches half the speed of the
   * fastest will do. Both bounds are of figures that vary from run to run, so the candidate is taken
   * that keeps farthest from them: with each distance as a share of the way from the bound to the
   * best, the one whose smaller distance is the largest.
   */
  private static final double GOOD_LOSS = 1.05;
  private static final double GOOD_SPEED = 0.5;

  private static final int RATE_DIGITS = 3;

  public Recommendation {
    speeds = Map.copyOf(speeds);
  }

  /**
   * Chooses from the last rung that was completed, or where none was, from what there is.
   *
   * @param rungs in their order
   * @param speeds samples per second of every batch size that was tried
   * @return empty where nothing was tried, or training failed at every setting
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

  /** Why, in two or three sentences. */
  public String reasons() {
    int batch = row.candidate().batch();
    String counts =
        "over %,d samples and %d seed%s"
            .formatted(row.samples(), row.seeds().size(), row.seeds().size() == 1 ? "" : "s");
    String first =
        String.format(
            Locale.ROOT,
            "%,d samples a step at learning rate %s come to a prequential loss of %.4f (± %.4f) %s, %s.",
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
                " If samples never come faster than %,.0f/s, %,d a step at %s follows the stream better.",
                speed(best, speeds),
                best.candidate().batch(),
                rate(best));
    return first + second + third;
  }

  /** Its learning rate as it is written into a file: three digits, without an exponent. */
  public static String rate(CandidateResult row) {
    return new BigDecimal(row.candidate().learningRate())
        .round(new MathContext(RATE_DIGITS))
        .stripTrailingZeros()
        .toPlainString();
  }
}

package io.millrace.tune.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Tries candidates by successive halving within a budget: all of them on the beginning of the
 * stream; on more of it the better half, and those that are cheaper than all better ones; the
 * remaining ones on the whole stream. Confined to one thread.
 */
public final class Halving {
  /*
   * Jamieson and Talwalkar, Non-stochastic Best Arm Identification and Hyperparameter Optimization (2016). Rungs of a
   * sixteenth, a quarter and all of the samples get equal shares of the remaining time. Within a rung, every candidate gets the
   * same samples, and all candidates run with one seed before the next seed begins, so whole seeds can be compared whenever it
   * ends. The cost of a sample is learned from each run. If time is short, the number of seeds is reduced first, then the
   * number of samples.
   */
  private static final double[] SHARES = {1 / 16.0, 1 / 4.0, 1};
  private static final int WANTED_TO_THE_END = 4;

  /** The measured cost of a sample varies by some percent. */
  private static final double CLEARLY_CHEAPER = 0.9;

  /** The share of the remaining time that is planned with, because estimates are inexact. */
  private static final double CAUTION = 0.9;

  private final CandidateTrial trial;
  private final LongSupplier nanos;
  private final Map<Candidate, Double> secondsPerSample = new LinkedHashMap<>();

  /** Runs a candidate. */
  @FunctionalInterface
  public interface CandidateTrial {
    /**
     * @param seed its number, from 0
     * @param samples how many, from the beginning
     * @return null if it was stopped before its end
     */
    CandidateResult.@Nullable Quality of(Candidate candidate, int seed, int samples);
  }

  /**
   * @param estimate the expected seconds per sample, before any measurement
   * @param nanos a clock
   */
  public Halving(
      List<Candidate> candidates,
      ToDoubleFunction<Candidate> estimate,
      CandidateTrial trial,
      LongSupplier nanos) {
    candidates.forEach(c -> secondsPerSample.put(c, estimate.applyAsDouble(c)));
    this.trial = trial;
    this.nanos = nanos;
  }

  /**
   * Runs all rungs.
   *
   * @param kept is tried to the end whatever its results: the pipeline's present setting
   * @param samples the number of available samples
   * @param seeds how many each candidate gets if time permits
   * @param rungs receives each completed rung; the last one is incomplete if a trial was stopped
   */
  public void run(Candidate kept, int samples, int seeds, Duration budget, List<Rung> rungs) {
    long deadline = nanos.getAsLong() + budget.toNanos();
    List<Candidate> left = inOrder(kept);
    int first = seconds(left) * samples * seeds <= secondsTo(deadline) ? SHARES.length - 1 : 0;
    for (int i = first; i < SHARES.length; i++) {
      boolean last = i == SHARES.length - 1;
      double time = secondsTo(deadline) / (SHARES.length - i);
      HalvingStep step =
          last && i != first
              ? finalStep(left, kept, samples, seeds, time)
              : step(left, (int) Math.ceil(samples * SHARES[i]), seeds, time);
      Rung rung = run(step);
      if (!rung.rows().isEmpty()) {
        rungs.add(rung);
      }
      if (!rung.complete()) {
        return;
      }
      left = worthwhile(rung, kept);
    }
  }

  /* The pipeline's present setting first, then the cheapest: if it is stopped early, most have been tried. */
  private List<Candidate> inOrder(Candidate kept) {
    List<Candidate> order = new ArrayList<>(secondsPerSample.keySet());
    order.sort(
        Comparator.comparing((Candidate c) -> !c.equals(kept))
            .thenComparingDouble(c -> secondsPerSample.getOrDefault(c, 0.0)));
    return order;
  }

  /** The candidates, samples and seeds of a rung. */
  private record HalvingStep(List<Candidate> candidates, int samples, int seeds) {}

  private double seconds(List<Candidate> candidates) {
    return candidates.stream().mapToDouble(c -> secondsPerSample.getOrDefault(c, 0.0)).sum();
  }

  private double secondsTo(long deadline) {
    return Math.max(0, CAUTION * (deadline - nanos.getAsLong()) / 1e9);
  }

  private HalvingStep step(List<Candidate> candidates, int samples, int seeds, double time) {
    double perSeed = seconds(candidates) * samples;
    int affordableSeeds = (int) Math.max(1, Math.min(seeds, time / perSeed));
    int affordable = (int) Math.min(samples, time / seconds(candidates));
    return new HalvingStep(
        candidates, perSeed > time ? Math.max(1, affordable) : samples, affordableSeeds);
  }

  /*
   * As many of the first candidates as there is time for. The number of seeds is reduced before the number of candidates falls
   * below four.
   */
  private HalvingStep finalStep(
      List<Candidate> ranked, Candidate kept, int samples, int seeds, double time) {
    for (int count = seeds; count >= 1; count--) {
      List<Candidate> fit = thatFit(ranked, kept, time / count / samples);
      if (fit.size() >= Math.min(WANTED_TO_THE_END, ranked.size())) {
        return new HalvingStep(fit, samples, count);
      }
    }
    List<Candidate> fit = thatFit(ranked, kept, time / samples);
    return fit.size() > 1
        ? new HalvingStep(fit, samples, 1)
        : step(ranked.subList(0, Math.min(WANTED_TO_THE_END, ranked.size())), samples, 1, time);
  }

  private List<Candidate> thatFit(List<Candidate> ranked, Candidate kept, double secondsPerSeed) {
    List<Candidate> fit = new ArrayList<>();
    if (ranked.contains(kept)) {
      fit.add(kept);
    }
    for (Candidate candidate : ranked) {
      if (candidate.equals(kept)) {
        continue;
      }
      fit.add(candidate);
      if (seconds(fit) > secondsPerSeed) {
        // a better candidate that does not fit the remaining time must not exclude cheaper ones
        fit.remove(candidate);
      }
    }
    return fit;
  }

  private Rung run(HalvingStep step) {
    Map<Candidate, List<CandidateResult.Quality>> found = new LinkedHashMap<>();
    int whole = 0;
    boolean complete = true;
    for (int seed = 0; seed < step.seeds() && complete; seed++) {
      for (Candidate candidate : step.candidates()) {
        long start = nanos.getAsLong();
        CandidateResult.Quality quality = trial.of(candidate, seed, step.samples());
        if (quality == null) {
          complete = false;
          break;
        }
        if (Double.isFinite(quality.loss())) {
          double seconds = (nanos.getAsLong() - start) / 1e9;
          secondsPerSample.put(candidate, seconds / step.samples());
        }
        found.computeIfAbsent(candidate, c -> new ArrayList<>()).add(quality);
      }
      whole += complete ? 1 : 0;
    }
    int seeds = Math.max(1, whole);
    List<CandidateResult> rows = new ArrayList<>();
    found.forEach(
        (c, qualities) -> rows.add(new CandidateResult(c, step.samples(), qualities).first(seeds)));
    return new Rung(step.samples(), seeds, complete || whole > 0, rows);
  }

  /*
   * A candidate that is cheaper than all better ones may be chosen in the end: good enough, and faster. Those come first, then
   * the others of the better half.
   */
  private List<Candidate> worthwhile(Rung rung, Candidate kept) {
    List<CandidateResult> sound =
        rung.ranked().stream().filter(row -> Double.isFinite(row.loss())).toList();
    List<Candidate> cheaper = new ArrayList<>();
    double cheapest = Double.POSITIVE_INFINITY;
    for (CandidateResult row : sound) {
      double cost = secondsPerSample.getOrDefault(row.candidate(), 0.0);
      if (cost < CLEARLY_CHEAPER * cheapest) {
        cheaper.add(row.candidate());
        cheapest = cost;
      }
    }
    Set<Candidate> worthwhile = new LinkedHashSet<>(cheaper);
    sound.stream()
        .limit((rung.rows().size() + 1) / 2)
        .map(CandidateResult::candidate)
        .forEach(worthwhile::add);
    rung.rows().stream()
        .map(CandidateResult::candidate)
        .filter(kept::equals)
        .forEach(worthwhile::add);
    return List.copyOf(worthwhile);
  }
}

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
 * Tries candidates by successive halving: all of them on the beginning of the stream, on more of it
 * the better half and those that are cheaper than all that are better, and what is left of them on
 * the whole, within a budget. Confined to one thread.
 */
public final class Halving {
  /*
   * Jamieson and Talwalkar, Non-stochastic Best Arm Identification and Hyperparameter Optimization
   * (2016). Rungs of a sixteenth, a quarter and all of the samples get equal shares of the time that
   * is left. Within a rung every candidate sees the same samples, and seeds go round all candidates
   * before the next seed begins, so that whenever it ends, whole seeds can be compared. What a sample
   * costs is learned from each run. Where time is short, first seeds are given up, then samples.
   */
  private static final double[] SHARES = {1 / 16.0, 1 / 4.0, 1};
  private static final int WANTED_TO_THE_END = 4;

  /** What a sample costs is measured, and varies by some percent. */
  private static final double CLEARLY_CHEAPER = 0.9;

  /** Of the time that is left, the part that is planned with: estimates are only that. */
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
     * @return null where it was told to end before it was through
     */
    CandidateResult.@Nullable Quality of(Candidate candidate, int seed, int samples);
  }

  /**
   * @param estimate seconds that a sample takes, before anything is known
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
   * Runs it.
   *
   * @param kept goes on to the end whatever it comes to: what the pipeline has now
   * @param samples how many there are
   * @param seeds how many each candidate gets where there is time
   * @param rungs gets each as it is done, the last one incomplete where a trial was told to end
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

  /* What the pipeline has now, then the cheapest: if it is stopped early, most was tried. */
  private List<Candidate> inOrder(Candidate kept) {
    List<Candidate> order = new ArrayList<>(secondsPerSample.keySet());
    order.sort(
        Comparator.comparing((Candidate c) -> !c.equals(kept))
            .thenComparingDouble(c -> secondsPerSample.getOrDefault(c, 0.0)));
    return order;
  }

  /** What a rung tries. */
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

  /* As many of the first as there is time for; fewer seeds before fewer than four of them. */
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
        // a better one that is too dear for the time left must not keep out those that are not
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
   * Whoever is cheaper than all that are better may be the one in the end: good enough, and faster. Those come first, then
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

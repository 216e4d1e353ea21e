package io.millrace.tune.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The result of a candidate. Only rows with equal numbers of samples and seeds may be compared.
 *
 * @param samples how many it was given, from the beginning of the stream
 * @param seeds the result of each seed, at least one
 */
public record CandidateResult(Candidate candidate, int samples, List<Quality> seeds) {
  public CandidateResult {
    seeds = List.copyOf(seeds);
  }

  /** Mean over the seeds; infinite if training failed with one of them. */
  public double loss() {
    return seeds.stream().mapToDouble(Quality::loss).average().orElseThrow();
  }

  /** Standard deviation over the seeds; 0 if there is only one. */
  public double lossDeviation() {
    return deviation(seeds.stream().mapToDouble(Quality::loss).toArray());
  }

  /** Mean over the seeds, if the task has an AUC. */
  public OptionalDouble auc() {
    return seeds.stream().allMatch(seed -> seed.auc().isPresent())
        ? seeds.stream().mapToDouble(seed -> seed.auc().orElseThrow()).average()
        : OptionalDouble.empty();
  }

  /** Standard deviation over the seeds; 0 if there is only one, or no AUC. */
  public double aucDeviation() {
    return auc().isEmpty()
        ? 0
        : deviation(seeds.stream().mapToDouble(seed -> seed.auc().orElseThrow()).toArray());
  }

  /** Mean over the seeds in each part of the stream. */
  public List<Double> curve() {
    int parts = seeds.stream().mapToInt(seed -> seed.curve().size()).min().orElse(0);
    List<Double> means = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      int part = i;
      means.add(seeds.stream().mapToDouble(seed -> seed.curve().get(part)).average().orElseThrow());
    }
    return means;
  }

  /** The same result with only the first seeds. */
  CandidateResult first(int count) {
    return new CandidateResult(candidate, samples, seeds.subList(0, count));
  }

  private static double deviation(double[] values) {
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return values.length < 2 || !Double.isFinite(mean)
        ? 0
        : Math.sqrt(squares / (values.length - 1));
  }

  /**
   * How well a model followed the stream: each sample is scored before it is trained on.
   *
   * @param loss mean over all samples; positive infinity if training failed
   * @param auc empty if the task has none
   * @param curve loss in each part of the stream, in order; the parts have equal length
   */
  public record Quality(double loss, OptionalDouble auc, List<Double> curve) {
    public Quality {
      curve = List.copyOf(curve);
    }

    /** The result of a setting at which training fails. */
    public static Quality diverged() {
      return new Quality(Double.POSITIVE_INFINITY, OptionalDouble.empty(), List.of());
    }
  }
}

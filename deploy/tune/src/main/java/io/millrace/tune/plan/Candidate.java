package io.millrace.tune.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * One setting to try.
 *
 * @param batch samples that a device takes in one step
 */
public record Candidate(int batch, LearningRateRule rule, double learningRate) {

  /**
   * Batch sizes 1, 2, 4 and so on, and the pipeline's own.
   *
   * @param most the largest size; the pipeline's own is included even if it is larger
   */
  public static List<Integer> batches(int own, int most) {
    TreeSet<Integer> batches = new TreeSet<>();
    batches.add(own);
    for (long batch = 1; batch <= most; batch *= 2) {
      batches.add((int) batch);
    }
    return List.copyOf(batches);
  }

  /** Each size with the rate of each rule; the pipeline's own size has one rate only. */
  public static List<Candidate> of(List<Integer> batches, int own, double rate) {
    List<Candidate> candidates = new ArrayList<>();
    for (int batch : batches) {
      for (LearningRateRule rule : LearningRateRule.values()) {
        if (batch != own || rule == LearningRateRule.KEPT) {
          candidates.add(new Candidate(batch, rule, rule.rate(rate, own, batch)));
        }
      }
    }
    return candidates;
  }
}

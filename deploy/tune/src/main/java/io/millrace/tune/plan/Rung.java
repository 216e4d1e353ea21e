package io.millrace.tune.plan;

import java.util.Comparator;
import java.util.List;

/**
 * Results of candidates with the same samples and the same number of seeds: they may be compared.
 *
 * @param complete whether all intended candidates were tried
 */
public record Rung(int samples, int seeds, boolean complete, List<CandidateResult> rows) {
  public Rung {
    rows = List.copyOf(rows);
  }

  /** Lowest loss first. */
  List<CandidateResult> ranked() {
    return rows.stream().sorted(Comparator.comparingDouble(CandidateResult::loss)).toList();
  }
}

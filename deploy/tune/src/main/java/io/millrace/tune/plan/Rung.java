package io.millrace.tune.plan;

import java.util.Comparator;
import java.util.List;

/**
 * Candidates that saw the same samples, with as many seeds: they may be compared.
 *
 * @param complete whether all that were to be tried were
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

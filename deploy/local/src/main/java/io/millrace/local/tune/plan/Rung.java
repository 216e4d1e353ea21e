package io.millrace.local.tune.plan;

import java.util.Comparator;
import java.util.List;

/**
 * Candidates that saw the same samples, with as many seeds: they may be compared.
 *
 * @param complete whether all that were to be tried were
 */
public record Rung(int samples, int seeds, boolean complete, List<Row> rows) {
  public Rung {
    rows = List.copyOf(rows);
  }

  /** Lowest loss first. */
  List<Row> ranked() {
    return rows.stream().sorted(Comparator.comparingDouble(Row::loss)).toList();
  }
}

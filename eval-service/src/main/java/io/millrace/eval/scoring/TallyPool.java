package io.millrace.eval.scoring;

import io.millrace.eval.metrics.Tally;
import io.millrace.schemas.config.LabelConfig;
import java.util.ArrayDeque;

/** A pool of empty tallies: each holds histograms of some hundred kilobytes. */
final class TallyPool {
  private static final int KEPT = 64;

  private final LabelConfig label;
  private final ArrayDeque<Tally> free = new ArrayDeque<>();

  TallyPool(LabelConfig label) {
    this.label = label;
  }

  Tally take() {
    Tally known = free.poll();
    return known == null ? new Tally(label) : known;
  }

  void release(Tally tally) {
    if (free.size() < KEPT) {
      tally.clear();
      free.push(tally);
    }
  }
}

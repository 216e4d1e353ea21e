package io.millrace.demo;

import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;

/** Computes from the topics alone how soon records show in evaluations. */
final class ObservedFreshness {
  private ObservedFreshness() {}

  /**
   * Per trained sample, the milliseconds from its append to the first evaluation of a checkpoint
   * that trained on it. Samples in checkpoints announced before the observation began are left out.
   */
  static Percentiles of(
      SampleLedger ledger, List<ObservedCheckpoint> announced, List<FirstEvaluation> verdicts) {
    List<FirstEvaluation> inOrder =
        verdicts.stream().sorted(Comparator.comparingLong(FirstEvaluation::seenMs)).toList();
    LongStream.Builder waits = LongStream.builder();
    for (int partition : ledger.partitionNumbers()) {
      long from =
          announced.stream()
              .filter(checkpoint -> !checkpoint.live())
              .mapToLong(checkpoint -> checkpoint.nextOffset(partition))
              .max()
              .orElse(0);
      for (FirstEvaluation verdict : inOrder) {
        long to = verdict.checkpoint().nextOffset(partition);
        ledger
            .partition(partition)
            .forEachTrained(from, to, appendedMs -> waits.add(verdict.seenMs() - appendedMs));
        from = Math.max(from, to);
      }
    }
    return Percentiles.of(waits.build().toArray());
  }
}

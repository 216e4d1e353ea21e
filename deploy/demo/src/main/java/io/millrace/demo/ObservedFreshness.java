package io.millrace.demo;

import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;

/** How soon what has happened shows in what is known: from topics alone. */
final class ObservedFreshness {
  private ObservedFreshness() {}

  /**
   * Per trained sample, milliseconds from its append to the first evaluation of a checkpoint that
   * trained on it. Samples that checkpoints of before the watch had trained on are left out.
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

package io.millrace.demo;

import io.millrace.schemas.proto.DeadLetter.Reason;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the records of a partition, or of all, divide. Immutable.
 *
 * @param partition -1: of all
 * @param waiting in no batch that training has come past, nor held out, nor rejected
 * @param wrong in two places that exclude each other, or twice in one
 * @param reasons the rejected ones, by reason
 */
record LedgerTotals(
    int partition,
    long produced,
    long trained,
    long heldOut,
    long rejected,
    long waiting,
    long wrong,
    Map<Reason, Long> reasons) {
  LedgerTotals {
    reasons = Map.copyOf(reasons);
  }

  static LedgerTotals sum(List<LedgerTotals> parts) {
    Map<Reason, Long> reasons = new TreeMap<>();
    parts.forEach(part -> part.reasons.forEach((why, n) -> reasons.merge(why, n, Long::sum)));
    return new LedgerTotals(
        -1,
        parts.stream().mapToLong(LedgerTotals::produced).sum(),
        parts.stream().mapToLong(LedgerTotals::trained).sum(),
        parts.stream().mapToLong(LedgerTotals::heldOut).sum(),
        parts.stream().mapToLong(LedgerTotals::rejected).sum(),
        parts.stream().mapToLong(LedgerTotals::waiting).sum(),
        parts.stream().mapToLong(LedgerTotals::wrong).sum(),
        reasons);
  }

  /** Whether each record is in exactly one place. */
  boolean isBalanced() {
    return waiting == 0 && wrong == 0 && trained + heldOut + rejected == produced;
  }

  @Override
  public String toString() {
    return "%s: %d produced, %d trained, %d held out, %d rejected, %d waiting, %d in wrong places"
        .formatted(
            partition < 0 ? "all partitions" : "partition " + partition,
            produced,
            trained,
            heldOut,
            rejected,
            waiting,
            wrong);
  }
}

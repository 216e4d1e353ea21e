package io.millrace.eval.dashboard.live;

import io.millrace.schemas.proto.ScoreSums;
import java.util.Map;
import java.util.TreeMap;

/** The records that scoring reported as read and excluded. Not thread-safe. */
final class ScoringLedger {
  private final Map<String, Long> excluded = new TreeMap<>();
  private long sinceMs;
  private long consumed;

  /**
   * The ledger in the API.
   *
   * @param sinceMs time of the first counted report; 0 if there is none
   */
  record LedgerView(long sinceMs, long consumed, Map<String, Long> excluded) {}

  void onReport(ScoreSums report) {
    sinceMs = sinceMs == 0 ? report.getScoredMs() : sinceMs;
    consumed += report.getConsumed();
    report
        .getExcludedList()
        .forEach(left -> excluded.merge(Bounds.cut(left.getReason()), left.getCount(), Long::sum));
  }

  LedgerView view() {
    return new LedgerView(sinceMs, consumed, new TreeMap<>(excluded));
  }
}

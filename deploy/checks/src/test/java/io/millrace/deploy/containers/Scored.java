package io.millrace.deploy.containers;

import io.millrace.schemas.proto.Excluded;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import java.util.List;

/**
 * Scoring's ledger of a partition.
 *
 * @param consumed records, by the partition's reports
 * @param accounted records scored by the online series, or excluded for a reason
 * @param rejected of those, the ones that are no samples
 */
record Scored(long consumed, long accounted, long rejected) {
  static Scored of(List<ScoreSums> sums) {
    long consumed = 0;
    long accounted = 0;
    long rejected = 0;
    for (ScoreSums part : sums) {
      consumed += part.getConsumed();
      for (Excluded excluded : part.getExcludedList()) {
        accounted += excluded.getCount();
        rejected += excluded.getReason().equals("rejected") ? excluded.getCount() : 0;
      }
      boolean counts =
          part.getKind() == ScoreKind.PREQUENTIAL || part.getKind() == ScoreKind.HOLDOUT;
      accounted += part.getOnline() && counts ? part.getSums().getCount() : 0;
    }
    return new Scored(consumed, accounted, rejected);
  }
}

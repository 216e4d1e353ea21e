package io.millrace.eval.scoring;

import io.millrace.eval.metrics.Metrics;
import io.millrace.eval.metrics.Tally;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.proto.Excluded;
import io.millrace.schemas.proto.PairedSums;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.proto.Sums;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The totals of score sums. */
record Book(PipelineConfig config, List<ScoreSums> all) {
  static final String ONLINE = "";

  private static boolean isReport(ScoreSums sums) {
    return sums.getKind() == ScoreKind.SCORE_KIND_UNSPECIFIED;
  }

  /** Samples read, by partition. */
  SortedMap<Integer, Long> consumed() {
    SortedMap<Integer, Long> consumed = new TreeMap<>();
    all.stream()
        .filter(Book::isReport)
        .forEach(report -> consumed.merge(report.getPartition(), report.getConsumed(), Long::sum));
    return consumed;
  }

  long consumedInAll() {
    return consumed().values().stream().mapToLong(Long::longValue).sum();
  }

  /** By reason, of one partition. */
  SortedMap<String, Long> excluded(int partition) {
    SortedMap<String, Long> excluded = new TreeMap<>();
    for (ScoreSums report : all) {
      if (isReport(report) && report.getPartition() == partition) {
        for (Excluded each : report.getExcludedList()) {
          excluded.merge(each.getReason(), each.getCount(), Long::sum);
        }
      }
    }
    return excluded;
  }

  /** Samples of a series and kind, by partition. */
  SortedMap<Integer, Long> counts(String checkpoint, ScoreKind kind) {
    SortedMap<Integer, Long> counts = new TreeMap<>();
    parts(checkpoint, kind)
        .forEach(part -> counts.merge(part.getPartition(), part.getSums().getCount(), Long::sum));
    return counts;
  }

  long count(String checkpoint, ScoreKind kind) {
    return counts(checkpoint, kind).values().stream().mapToLong(Long::longValue).sum();
  }

  List<ScoreSums> parts(String checkpoint, ScoreKind kind) {
    Predicate<ScoreSums> wanted =
        part ->
            part.getKind() == kind
                && part.getCheckpointId().equals(checkpoint)
                && part.getOnline() == checkpoint.isEmpty();
    return all.stream().filter(wanted).toList();
  }

  Sums total(String checkpoint, ScoreKind kind) {
    Tally total = new Tally(config.label());
    parts(checkpoint, kind).forEach(part -> total.merge(part.getSums()));
    return total.toProto();
  }

  Map<String, Double> metrics(String checkpoint, ScoreKind kind) {
    return Metrics.of(config.label().task(), total(checkpoint, kind));
  }

  /** Count and sum of the paired differences of a challenger. */
  PairedSums pairs(String champion, String challenger) {
    PairedSums.Builder total = PairedSums.newBuilder();
    for (ScoreSums part : all) {
      for (PairedSums pair : part.getPairedList()) {
        if (pair.getChampionId().equals(champion) && pair.getChallengerId().equals(challenger)) {
          total.setCount(total.getCount() + pair.getCount());
          total.setDifference(total.getDifference() + pair.getDifference());
        }
      }
    }
    return total.build();
  }

  /** Per partition, the records consumed and the records in the ledger: they must be equal. */
  boolean balances() {
    return consumed().entrySet().stream()
        .allMatch(
            each -> {
              int partition = each.getKey();
              long scored =
                  counts(ONLINE, ScoreKind.PREQUENTIAL).getOrDefault(partition, 0L)
                      + counts(ONLINE, ScoreKind.HOLDOUT).getOrDefault(partition, 0L);
              long excluded =
                  excluded(partition).values().stream().mapToLong(Long::longValue).sum();
              return each.getValue() == scored + excluded;
            });
  }
}

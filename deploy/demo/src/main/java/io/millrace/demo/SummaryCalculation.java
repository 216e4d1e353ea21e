package io.millrace.demo;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.proto.Promotion.Decision;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Computes the summary from the observed topics. Pure; confined to one thread.
 *
 * @param frozenStep the frozen model is the first checkpoint announced at or after this step
 * @param frozenAfter this many samples, the first in event time, are left out of the comparison
 */
public record SummaryCalculation(
    PipelineConfig pipeline,
    SampleLedger ledger,
    ObservedTopics observed,
    long frozenStep,
    long frozenAfter) {

  /** What is not yet accounted for, or never will be; empty when everything is. */
  public List<String> mismatches() {
    List<String> mismatches = new ArrayList<>();
    for (SampleLedger.LedgerTotals account : ledger.accounts(observed.trainedTo())) {
      if (!account.isBalanced()) {
        mismatches.add("training, " + account);
      }
      if (observed.consumed(account.partition()) != account.produced()) {
        mismatches.add(
            "evaluation, partition %d: %d produced, %d consumed"
                .formatted(
                    account.partition(),
                    account.produced(),
                    observed.consumed(account.partition())));
      }
    }
    if (ledger.unreadable() > 0) {
      mismatches.add("train log: " + ledger.unreadable() + " records are not train batches");
    }
    evaluated().ifPresent(mismatches::add);
    return mismatches;
  }

  /** Consumed = evaluated prequentially + evaluated on the holdout + excluded, by reason. */
  private Optional<String> evaluated() {
    return observed.evaluated() == observed.consumed()
        ? Optional.empty()
        : Optional.of(
            "evaluation: %d consumed, %d evaluated or excluded (%s)"
                .formatted(observed.consumed(), observed.evaluated(), observed.excluded()));
  }

  /**
   * @param samplesPerSecond measured by the caller
   */
  public Summary summary(double samplesPerSecond) {
    List<ObservedCheckpoint> announced = observed.announced();
    List<FirstEvaluation> verdicts = observed.verdicts();
    Optional<FrozenComparison> judged = judged();
    long live = announced.stream().filter(ObservedCheckpoint::live).count();
    return new Summary(
        Summary.Samples.of(SampleLedger.LedgerTotals.sum(ledger.accounts(observed.trainedTo()))),
        samplesPerSecond,
        steps(announced),
        announced.size(),
        observed.progress().getCheckpointsSkipped(),
        observed.decided(Decision.PROMOTED),
        auc(judged),
        judgedOn(judged),
        Percentiles.of(verdicts.stream().mapToLong(FirstEvaluation::ms).toArray()),
        ObservedFreshness.of(ledger, announced, verdicts),
        staleness(judged),
        live - verdicts.size(),
        mismatches());
  }

  private Optional<FrozenComparison> judged() {
    Optional<ObservedCheckpoint> frozen = observed.firstFrom(frozenStep);
    var notBefore = ledger.eventTimeMs(frozenAfter);
    return frozen.isEmpty() || notBefore.isEmpty()
        ? Optional.empty()
        : FrozenComparison.of(
            observed.evaluations(), pipeline.label(), notBefore.getAsLong(), frozen.get().id());
  }

  private long steps(List<ObservedCheckpoint> announced) {
    return announced.stream()
        .mapToLong(checkpoint -> checkpoint.checkpoint().getStep())
        .reduce(observed.progress().getStep(), Math::max);
  }

  private static Summary.Auc auc(Optional<FrozenComparison> judged) {
    return new Summary.Auc(
        metric(judged.map(FrozenComparison::live), "auc"),
        metric(judged.map(FrozenComparison::prequential), "auc"),
        metric(judged.map(FrozenComparison::holdout), "auc"),
        metric(judged.map(FrozenComparison::frozen), "auc"),
        metric(judged.map(FrozenComparison::live), "auc_prior"),
        metric(judged.map(FrozenComparison::live), "auc_last_label"));
  }

  private static Summary.StalenessSummary staleness(Optional<FrozenComparison> judged) {
    return new Summary.StalenessSummary(
        metric(judged.map(FrozenComparison::live), "staleness_p50"),
        metric(judged.map(FrozenComparison::live), "staleness_p99"));
  }

  private Summary.JudgedOn judgedOn(Optional<FrozenComparison> judged) {
    return judged
        .map(j -> new Summary.JudgedOn(j.samples(), j.windows(), j.leftOut(), local(j.fromMs())))
        .orElse(new Summary.JudgedOn(0, 0, 0, ""));
  }

  private String local(long atMs) {
    return Instant.ofEpochMilli(atMs)
        .atZone(ZoneId.of(pipeline.samples().zone()))
        .toLocalDateTime()
        .toString();
  }

  private static double metric(Optional<Map<String, Double>> metrics, String name) {
    return metrics.map(all -> all.getOrDefault(name, Double.NaN)).orElse(Double.NaN);
  }
}

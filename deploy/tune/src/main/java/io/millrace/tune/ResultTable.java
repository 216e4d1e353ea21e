package io.millrace.tune;

import io.millrace.schemas.tuning.CeilingSearch;
import io.millrace.schemas.tuning.Speed;
import io.millrace.tune.plan.CandidateResult;
import io.millrace.tune.plan.EvalChoice;
import io.millrace.tune.plan.Recommendation;
import io.millrace.tune.plan.Rung;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The findings as tables for a terminal, one table per number of samples and seeds. */
final class ResultTable {
  private final TuningResults findings;
  private final PrintWriter out;

  ResultTable(TuningResults findings, PrintWriter out) {
    this.findings = findings;
    this.out = out;
  }

  void print() {
    line("%,d samples to train on, %.0f s", findings.samples, findings.seconds);
    if (findings.interrupted) {
      line("stopped early: these are the results so far");
    }
    Optional<Recommendation> train = findings.train();
    findings.rungs.forEach(rung -> quality(rung, train.orElse(null)));
    trainSpeeds();
    evalSpeeds();
    line("");
    train.ifPresentOrElse(
        found -> line("%s", found.reasons()),
        () -> line("No recommendation for training: no setting was tried to the end."));
    findings.eval().ifPresent(found -> line("%s", found.reasons()));
  }

  private void quality(Rung rung, @Nullable Recommendation recommendation) {
    line("");
    line(
        "quality on the first %,d samples, %d seed%s%s (not comparable with rows of other counts)",
        rung.samples(),
        rung.seeds(),
        rung.seeds() == 1 ? "" : "s",
        rung.complete() ? "" : ", not all candidates");
    line("%8s %-7s %10s %18s %16s %12s", "batch", "rule", "rate", "loss", "AUC", "samples/s");
    for (CandidateResult row : inOrder(rung.rows())) {
      Speed speed = findings.trainSpeeds.get(row.candidate().batch());
      line(
          "%8d %-7s %10.3g %18s %16s %12s%s",
          row.candidate().batch(),
          row.candidate().rule().text(),
          row.candidate().learningRate(),
          Double.isFinite(row.loss())
              ? format("%.4f ± %.4f", row.loss(), row.lossDeviation())
              : "diverged",
          row.auc().isPresent()
              ? format("%.3f ± %.3f", row.auc().getAsDouble(), row.aucDeviation())
              : "-",
          speed == null ? "-" : format("%,.0f", speed.samplesPerSecond()),
          recommendation != null && recommendation.row().equals(row) ? "  <- recommended" : "");
    }
  }

  private static List<CandidateResult> inOrder(List<CandidateResult> rows) {
    return rows.stream()
        .sorted(
            Comparator.comparing((CandidateResult row) -> row.candidate().rule())
                .thenComparingInt(row -> row.candidate().batch()))
        .toList();
  }

  private void trainSpeeds() {
    line("");
    line("training: %s", ceiling(findings.trainCeiling));
    findings.noiseScale.ifPresent(
        scale ->
            line("gradient noise scale: about %,.0f samples; larger steps help little", scale));
    line("%8s %14s %12s %12s %10s", "batch", "samples/s", "step ms", "p95 ms", "MiB");
    findings.trainSpeeds.values().forEach(speed -> speed(speed, ""));
  }

  private void evalSpeeds() {
    Optional<EvalChoice> choice = findings.eval();
    line("");
    line("evaluation: %s", ceiling(findings.evalCeiling));
    line("%8s %14s %12s %12s %10s", "batch", "samples/s", "batch ms", "p95 ms", "MiB");
    findings.evalSpeeds.forEach(
        speed ->
            speed(
                speed,
                choice.isPresent() && choice.get().speed().equals(speed)
                    ? "  <- recommended"
                    : ""));
  }

  private void speed(Speed speed, String mark) {
    line(
        "%8d %14s %12.3f %12.3f %10s%s",
        speed.batch(),
        format("%,.0f", speed.samplesPerSecond()),
        speed.medianNanos() / 1e6,
        speed.p95Nanos() / 1e6,
        mebibytes(speed.memoryBytes()),
        mark);
  }

  private static String mebibytes(OptionalLong bytes) {
    return bytes.isPresent() ? format("%,.1f", bytes.getAsLong() / 1048576.0) : "-";
  }

  private static String ceiling(CeilingSearch.@Nullable BatchCeiling ceiling) {
    if (ceiling == null) {
      return "the largest batch that fits is not known";
    }
    return switch (ceiling.bound()) {
      case MEMORY -> format("%,d samples at once fit into memory", ceiling.samples());
      case TIME ->
          format("%,d samples at once fit; larger batches take too long to try", ceiling.samples());
      case RANGE ->
          format("%,d samples at once fit; larger batches were not tried", ceiling.samples());
    };
  }

  private void line(String format, Object... values) {
    out.println(format(format, values));
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}

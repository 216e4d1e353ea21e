package io.millrace.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The results of a run of the demo. Figures that cannot be computed (the AUC of a frozen model in a
 * run that was too short) are NaN here and null in JSON.
 *
 * @param samplesPerSecond of this run, from its first record until every stage had finished
 * @param promotions decided by trials, including the first champion
 * @param unjudged checkpoints announced in this run without any evaluation
 * @param mismatches differences between the accounts; empty if everything adds up
 */
public record Summary(
    Samples samples,
    double samplesPerSecond,
    long steps,
    long checkpoints,
    long checkpointsSkipped,
    long promotions,
    Auc auc,
    JudgedOn judgedOn,
    Percentiles verdictMs,
    Percentiles freshnessMs,
    StalenessSummary stalenessSamples,
    long unjudged,
    List<String> mismatches) {

  /** The account of all records: produced = trained + held out + rejected. */
  public record Samples(
      long produced, long trained, long heldOut, long rejected, Map<String, Long> reasons) {
    static Samples of(SampleLedger.LedgerTotals account) {
      Map<String, Long> reasons = new TreeMap<>();
      account
          .reasons()
          .forEach((reason, count) -> reasons.put(reason.name().toLowerCase(Locale.ROOT), count));
      return new Samples(
          account.produced(), account.trained(), account.heldOut(), account.rejected(), reasons);
    }
  }

  /** Areas under the ROC curve, all over the windows of {@link JudgedOn}. */
  public record Auc(
      double live,
      double prequential,
      double holdout,
      double frozen,
      double prior,
      double lastLabel) {}

  /**
   * The samples that all AUCs are computed over: the same for live, frozen and baselines.
   *
   * @param windowsLeftOut later windows in which not every sample was scored by both models
   */
  public record JudgedOn(long samples, int windows, int windowsLeftOut, String from) {}

  /** How many samples of its partition lie between a live score and the lineage of its weights. */
  public record StalenessSummary(double p50, double p99) {}

  public Summary {
    mismatches = List.copyOf(mismatches);
  }

  /** Whether every record is accounted for, in training and in evaluation. */
  public boolean isSound() {
    return mismatches.isEmpty();
  }

  public void writeTo(Path file) throws IOException {
    JsonMapper.builder()
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .enable(SerializationFeature.INDENT_OUTPUT)
        .addModule(FiniteNumbers.module())
        .build()
        .writeValue(file.toFile(), this);
  }

  /** The summary as lines for a terminal. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "records     %,d: %,d trained, %,d held out, %,d rejected (%s)"
            .formatted(
                samples.produced, samples.trained, samples.heldOut, samples.rejected, reasons()));
    lines.add(
        "speed       %,.0f samples/s, %,d steps, %,d checkpoints (%,d more fell due while one was written), %d promotions"
            .formatted(samplesPerSecond, steps, checkpoints, checkpointsSkipped, promotions));
    if (judgedOn.samples > 0) {
      lines.add(
          "AUC         live %.3f, frozen %.3f, prior %.3f, last label %.3f: over the same %,d samples, from %s on"
              .formatted(
                  auc.live, auc.frozen, auc.prior, auc.lastLabel, judgedOn.samples, judgedOn.from));
      lines.add(
          "            prequential %.3f, holdout %.3f, of the same %d windows (%d left out, not scored by both)"
              .formatted(auc.prequential, auc.holdout, judgedOn.windows, judgedOn.windowsLeftOut));
    } else {
      lines.add("AUC         no window after the frozen model's: the run was too short");
    }
    lines.add(
        "verdict     p50 %.0f ms, p99 %.0f ms, max %.0f ms, announcement to evaluation, %,d checkpoints (%,d without)"
            .formatted(
                verdictMs.p50(), verdictMs.p99(), verdictMs.max(), verdictMs.count(), unjudged));
    lines.add(
        "freshness   p50 %.0f ms, p99 %.0f ms, record to first evaluation of a checkpoint that trained on it"
            .formatted(freshnessMs.p50(), freshnessMs.p99()));
    lines.add(
        "staleness   p50 %.0f, p99 %.0f samples of its partition between a live score and its weights"
            .formatted(stalenessSamples.p50, stalenessSamples.p99));
    mismatches.forEach(mismatch -> lines.add("MISMATCH    " + mismatch));
    if (isSound()) {
      lines.add(
          "ledger      every record is accounted for, per partition, in training and in evaluation");
    }
    return lines;
  }

  private String reasons() {
    StringBuilder text = new StringBuilder();
    samples.reasons.forEach(
        (reason, count) ->
            text.append(text.isEmpty() ? "" : ", ")
                .append(count)
                .append(' ')
                .append(reason.replace('_', ' ')));
    return text.toString();
  }

  /** JSON has no NaN: a value that was not measured is null. */
  static final class FiniteNumbers extends JsonSerializer<Double> {
    static SimpleModule module() {
      FiniteNumbers numbers = new FiniteNumbers();
      return new SimpleModule("finite-numbers")
          .addSerializer(Double.class, numbers)
          .addSerializer(double.class, numbers);
    }

    @Override
    public void serialize(Double value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      if (Double.isFinite(value)) {
        json.writeNumber(value);
      } else {
        json.writeNull();
      }
    }
  }
}

package io.millrace.tune;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.tuning.CeilingSearch;
import io.millrace.schemas.tuning.Speed;
import io.millrace.tune.plan.CandidateResult;
import io.millrace.tune.plan.Recommendation;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The findings as JSON, for {@code --json} and the report. An absent key means that the value is
 * not known.
 */
final class TuningResultsJson {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final TuningResults findings;

  TuningResultsJson(TuningResults findings) {
    this.findings = findings;
  }

  ObjectNode toTree() {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("samples", findings.samples);
    root.put("seconds", findings.seconds);
    root.put("interrupted", findings.interrupted);
    ObjectNode ceilings = root.putObject("ceiling");
    ceiling(ceilings, "train", findings.trainCeiling);
    ceiling(ceilings, "eval", findings.evalCeiling);
    findings.noiseScale.ifPresent(scale -> root.put("gradient_noise_scale", scale));
    findings.rowsByCandidate().forEach(rows -> train(root.withArray("train"), rows));
    ArrayNode speeds = root.putArray("train_speed");
    findings.trainSpeeds.values().forEach(speed -> speed(speeds.addObject(), "step", speed));
    ArrayNode eval = root.putArray("eval");
    findings.evalSpeeds.forEach(speed -> speed(eval.addObject(), "latency", speed));
    recommended(root);
    return root;
  }

  private static void ceiling(
      ObjectNode into, String name, CeilingSearch.@Nullable BatchCeiling ceiling) {
    if (ceiling != null) {
      into.putObject(name)
          .put("samples", ceiling.samples())
          .put("bound", ceiling.bound().name().toLowerCase(Locale.ROOT));
    }
  }

  /* The row with most samples; below "at", every row of the candidate. */
  private void train(ArrayNode into, List<CandidateResult> rows) {
    CandidateResult last = rows.get(0);
    ObjectNode train = into.addObject();
    train.put("batch", last.candidate().batch());
    train.put("rule", last.candidate().rule().text());
    train.put("learning_rate", last.candidate().learningRate());
    quality(train, last);
    Speed speed = findings.trainSpeeds.get(last.candidate().batch());
    if (speed != null) {
      speed(train, "step", speed);
    }
    ArrayNode at = train.putArray("at");
    rows.forEach(row -> quality(at.addObject(), row));
    ArrayNode curve = train.putArray("curve");
    last.curve().forEach(curve::add);
  }

  private static void quality(ObjectNode into, CandidateResult row) {
    into.put("samples", row.samples());
    into.put("seeds", row.seeds().size());
    if (Double.isFinite(row.loss())) {
      into.put("loss", row.loss());
      into.put("loss_sd", row.lossDeviation());
    }
    row.auc().ifPresent(auc -> into.put("auc", auc).put("auc_sd", row.aucDeviation()));
  }

  private static void speed(ObjectNode into, String what, Speed speed) {
    into.put("batch", speed.batch());
    into.put("samples_per_second", speed.samplesPerSecond());
    into.put(what + "_ms_median", speed.medianNanos() / 1e6);
    into.put(what + "_ms_p95", speed.p95Nanos() / 1e6);
    speed.memoryBytes().ifPresent(bytes -> into.put("memory_bytes", bytes));
  }

  private void recommended(ObjectNode root) {
    ObjectNode recommended = root.putObject("recommended");
    ArrayNode reasons = MAPPER.createArrayNode();
    findings
        .train()
        .ifPresent(
            train -> {
              CandidateResult row = train.row();
              recommended.put("per_device_train_batch_size", row.candidate().batch());
              recommended.put("learning_rate", Double.parseDouble(Recommendation.rate(row)));
              reasons.add(train.reasons());
            });
    findings
        .eval()
        .ifPresent(
            eval -> {
              recommended.put("per_device_eval_batch_size", eval.speed().batch());
              reasons.add(eval.reasons());
            });
    recommended.set("reasons", reasons);
  }
}

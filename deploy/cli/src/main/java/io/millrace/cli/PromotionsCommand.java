package io.millrace.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.eval.champion.PromotionLog;
import io.millrace.eval.champion.PromotionLog.LoggedDecision;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.store.CheckpointStores;
import io.millrace.schemas.time.Clock;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the history of decisions. */
@Command(
    name = "promotions",
    description =
        "Lists every decision about which checkpoint is in force, oldest first, with its figures.",
    mixinStandardHelpOptions = true)
final class PromotionsCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec command = CommandSpec.create();
  @Mixin private PipelineOptions pipeline = new PipelineOptions();

  @Option(names = "--json", description = "Prints one JSON object per line.")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    PrintWriter out = command.commandLine().getOut();
    for (LoggedDecision entry : query(pipeline.loadAndReach(), PromotionLog::read)) {
      out.println(json ? JSON.writeValueAsString(fields(entry)) : line(entry));
    }
    return 0;
  }

  /** Queries the pipeline's promotion log. Its store is closed afterwards. */
  static <T> T query(LoadedPipeline pipeline, Function<PromotionLog, T> question) {
    try (CheckpointStore store = CheckpointStores.open(pipeline)) {
      return question.apply(new PromotionLog(pipeline, store, Clock.SYSTEM));
    }
  }

  static String line(LoggedDecision entry) {
    Promotion decision = entry.decision();
    String against =
        decision.getChampionId().isEmpty() ? "the prior baseline" : decision.getChampionId();
    return "%s  %-19s  %s  against %s  by %s: %s"
        .formatted(
            Instant.ofEpochMilli(decision.getAtMs()),
            decision.getDecision().name().toLowerCase(Locale.ROOT),
            decision.getCheckpointId(),
            against,
            decision.getBy(),
            decision.getReason());
  }

  private static Map<String, Object> fields(LoggedDecision entry) {
    Promotion decision = entry.decision();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("offset", entry.offset());
    fields.put("at", Instant.ofEpochMilli(decision.getAtMs()).toString());
    fields.put("decision", decision.getDecision().name().toLowerCase(Locale.ROOT));
    fields.put("checkpoint_id", decision.getCheckpointId());
    fields.put("champion_id", decision.getChampionId());
    fields.put("reason", decision.getReason());
    fields.put("by", decision.getBy());
    fields.put("trial", decision.getTrial());
    fields.put("alpha", decision.getAlpha());
    fields.put("count", decision.getCount());
    fields.put("windows", decision.getWindows());
    fields.put("mean_difference", decision.getMeanDifference());
    fields.put("lower", decision.getLower());
    fields.put("upper", decision.getUpper());
    fields.put("clipped_share", decision.getClippedShare());
    fields.put("score_sums_offset", decision.getScoreSumsOffset());
    return fields;
  }
}

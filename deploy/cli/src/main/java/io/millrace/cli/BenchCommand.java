package io.millrace.cli;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.bench.FilledTrainLogs;
import io.millrace.bench.ScoringBench;
import io.millrace.bench.WindowingBench;
import io.millrace.bench.training.TrainingBench;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The benchmarks. */
@Command(
    name = "bench",
    description = "Measures throughput on this machine, compared with rivals in the same run.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class BenchCommand {
  @Spec private CommandSpec command = CommandSpec.create();

  @Command(
      name = "windowing",
      description =
          "Samples to train batches: windowing, compared with a plain kafka-clients loop.",
      mixinStandardHelpOptions = true)
  int windowing(
      @Option(
              names = "--json",
              paramLabel = "FILE",
              description = "Also writes the figures to this file.")
          @Nullable Path json)
      throws Exception {
    WindowingBench.WindowingResult result = WindowingBench.run(this::onPhase);
    PrintWriter out = command.commandLine().getOut();
    out.println("samples/s, median of five alternating rounds (lowest to highest)");
    out.println("  millrace  " + result.samplesPerSecond().millrace());
    out.println("  copy      " + result.samplesPerSecond().copy());
    out.println("  ratio     %.2f".formatted(result.ratio()));
    out.println(
        "  samples in the last round: %,d and %,d"
            .formatted(result.samplesMillrace(), result.samplesCopy()));
    if (json != null) {
      write(json, result);
    }
    return 0;
  }

  @Command(
      name = "scoring",
      description =
          "Samples to score sums: scoring, compared with a session on prepared tensors and a consumer that only polls.",
      mixinStandardHelpOptions = true)
  int scoring(
      @Option(
              names = "--json",
              paramLabel = "FILE",
              description = "Also writes the figures to this file.")
          @Nullable Path json)
      throws Exception {
    ScoringBench.ScoringResult result = ScoringBench.run(this::onPhase);
    PrintWriter out = command.commandLine().getOut();
    out.println("samples/s, median of five alternating rounds (lowest to highest)");
    out.println("  millrace          " + result.samplesPerSecond().millrace());
    out.println("  session           " + result.samplesPerSecond().session());
    out.println("  consumer          " + result.samplesPerSecond().consumer());
    out.println("  ratio             %.2f".formatted(result.ratio()));
    out.println("  tuned consumer    " + result.samplesPerSecond().tunedConsumer());
    out.println("  three checkpoints " + result.samplesPerSecond().three());
    out.println("  eval batch        %,d".formatted(result.evalBatchSize()));
    if (json != null) {
      write(json, result);
    }
    return 0;
  }

  @Command(
      name = "training",
      description =
          "Train batches to steps: the whole trainer from a log, its loop from memory, DJL's Trainer from"
              + " memory.",
      mixinStandardHelpOptions = true)
  int training(
      @Option(
              names = "--json",
              paramLabel = "FILE",
              description = "Also writes the figures to this file.")
          @Nullable Path json)
      throws Exception {
    List<TrainingBench.Row> rows;
    try (FilledTrainLogs logs = new FilledTrainLogs()) {
      rows =
          TrainingBench.run(
              batch -> {
                double rate = logs.stepsPerSecond(batch);
                onPhase("batch " + batch + " from the log: %,.0f steps/s".formatted(rate));
                return rate;
              });
    }
    PrintWriter out = command.commandLine().getOut();
    out.println("steps/s, median of five alternating rounds (lowest to highest)");
    for (TrainingBench.Row row : rows) {
      out.println("batch " + row.batch());
      out.println("  from the log  " + row.stepsPerSecond().fromLog());
      out.println("  from memory   " + row.stepsPerSecond().fromMemory());
      out.println("  DJL's Trainer " + row.stepsPerSecond().djlTrainer());
      out.println("  ratio         %.2f, log to DJL".formatted(row.ratio()));
      out.println("  loss          %.4f, DJL's %.4f".formatted(row.loss(), row.djlLoss()));
    }
    if (json != null) {
      write(json, rows.stream().map(BenchCommand::figures).toList());
    }
    return 0;
  }

  private static Map<String, Object> figures(TrainingBench.Row row) {
    Map<String, Object> rates = new LinkedHashMap<>();
    rates.put("from_log", Objects.requireNonNull(row.stepsPerSecond().fromLog()).median());
    rates.put("from_memory", row.stepsPerSecond().fromMemory().median());
    rates.put("djl_trainer", row.stepsPerSecond().djlTrainer().median());
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("batch", row.batch());
    figures.put("steps_per_second", rates);
    figures.put("ratio", row.ratio());
    figures.put("spread", row.stepsPerSecond());
    return figures;
  }

  private static void write(Path json, ScoringBench.ScoringResult result) throws IOException {
    Map<String, Object> rates = new LinkedHashMap<>();
    rates.put("millrace", result.samplesPerSecond().millrace().median());
    rates.put("session", result.samplesPerSecond().session().median());
    rates.put("consumer", result.samplesPerSecond().consumer().median());
    rates.put("tuned_consumer", result.samplesPerSecond().tunedConsumer().median());
    rates.put("three_checkpoints", result.samplesPerSecond().three().median());
    write(json, rates, result.ratio(), result.samplesPerSecond());
  }

  private static void write(Path json, WindowingBench.WindowingResult result) throws IOException {
    Map<String, Object> rates = new LinkedHashMap<>();
    rates.put("millrace", result.samplesPerSecond().millrace().median());
    rates.put("copy", result.samplesPerSecond().copy().median());
    write(json, rates, result.ratio(), result.samplesPerSecond());
  }

  private static void write(Path json, Map<String, Object> rates, double ratio, Object spread)
      throws IOException {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("samples_per_second", rates);
    figures.put("ratio", ratio);
    figures.put("spread", spread);
    write(json, figures);
  }

  private static void write(Path json, Object figures) throws IOException {
    JsonMapper.builder()
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .enable(SerializationFeature.INDENT_OUTPUT)
        .build()
        .writeValue(json.toFile(), figures);
  }

  /** Shows the name of the current phase. */
  private void onPhase(String what) {
    PrintWriter err = command.commandLine().getErr();
    err.println(what);
    err.flush();
  }
}

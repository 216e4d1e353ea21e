package io.millrace.tune;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.records.RecentSamples;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.topics.Origin;
import io.millrace.tune.SampleIntake.SamplesRead;
import io.millrace.tune.plan.Recommendation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One run of the command, from samples to files. Confined to one thread, except for {@link #stop}.
 */
public final class TuneJob {
  private final LoadedPipeline pipeline;
  private final Path file;
  private final Options options;
  /* The part of the budget for measurements; the rest is for tables and files. */
  private final Duration budget;
  private final StopSignal stopping;
  private final PrintWriter out;
  private final PrintWriter err;

  /**
   * The arguments of the command.
   *
   * @param samples the highest number of samples to read
   * @param from an offset, or a row of the file; empty: the newest samples, or the first rows
   * @param records null: the pipeline's topic
   * @param html the file of the report
   * @param json null: not written
   * @param write whether to write the recommendation into the pipeline's file
   * @param terminal whether progress may be shown as a bar
   */
  public record Options(
      int samples,
      OptionalLong from,
      @Nullable Path records,
      int seeds,
      Duration budget,
      Path html,
      @Nullable Path json,
      boolean write,
      boolean terminal) {}

  /**
   * @param file the pipeline's file
   */
  public TuneJob(
      LoadedPipeline pipeline, Path file, Options options, PrintWriter out, PrintWriter err) {
    this.pipeline = pipeline;
    this.file = file;
    this.options = options;
    this.budget = options.budget().multipliedBy(97).dividedBy(100);
    this.stopping = new StopSignal(System.nanoTime() + budget.toNanos());
    this.out = out;
    this.err = err;
  }

  /** Makes {@link #run} end soon, with the results so far. May be called on any thread. */
  public void stop() {
    stopping.ask();
  }

  /**
   * Runs the job.
   *
   * @throws TuneException if there is nothing to train on, or if a file cannot be written at the
   *     end
   */
  public void run() throws IOException {
    requireWritable("--report", options.html());
    if (options.json() != null) {
      requireWritable("--json", options.json());
    }
    if (options.write()) {
      requireWritable("--write", file.toRealPath());
    }
    SamplesRead intake = read();
    printIntake(intake);
    TuningResults findings;
    try (TuneProgress progress = new TuneProgress(err, budget, options.terminal())) {
      findings =
          new Tuner(pipeline, intake.samples(), budget, options.seeds(), progress, stopping).run();
    }
    Map<String, String> values = values(findings);
    new ResultTable(findings, out).print();
    String lines = PipelineFile.lines(values);
    out.println();
    out.print(lines);
    writeFiles(findings, intake, lines);
    if (options.write() && !values.isEmpty()) {
      FileReplacement.replace(file, PipelineFile.set(Files.readString(file), values));
      out.printf("written into %s%n", file);
    }
    out.flush();
  }

  /* Fails before ten minutes of work, not after. */
  private static void requireWritable(String option, Path path) {
    Path directory = Optional.ofNullable(path.toAbsolutePath().getParent()).orElse(path);
    if (!Files.isDirectory(directory)
        || !Files.isWritable(directory)
        || Files.isDirectory(path)
        || (Files.exists(path) && !Files.isWritable(path))) {
      throw new TuneException(
          "%s: %s cannot be written; name a file in an existing, writable directory"
              .formatted(option, path));
    }
  }

  private SamplesRead read() {
    if (options.records() != null) {
      return new RecordsIntake(options.records(), pipeline.config())
          .read(options.from().orElse(0), options.samples());
    }
    SampleIntake intake = new SampleIntake(pipeline.config());
    new RecentSamples(pipeline.config())
        .readFrom(
            options.from(),
            options.samples(),
            record ->
                intake.add(
                    record.key(),
                    record.value(),
                    record.timestamp(),
                    record.partition(),
                    record.offset(),
                    Origin.of(
                        record.headers(), record.topic(), record.partition(), record.offset())));
    return intake.finish("topic '" + pipeline.config().samples().topic() + "'");
  }

  private void printIntake(SamplesRead intake) {
    out.printf(
        "%,d samples to train on, %,d held out, %,d rejected%n",
        intake.samples().size(), intake.heldOut(), intake.rejections());
    out.flush();
    if (intake.firstRejection() != null) {
      err.printf(
          "warning: rejected %s; the first: %s%n", intake.rejected(), intake.firstRejection());
      err.flush();
    }
  }

  /* The recommended values, by section and key, in the order of the file. */
  private static Map<String, String> values(TuningResults findings) {
    Map<String, String> values = new LinkedHashMap<>();
    findings
        .train()
        .ifPresent(
            train -> {
              values.put(
                  "training.per_device_train_batch_size",
                  Integer.toString(train.row().candidate().batch()));
              values.put("training.learning_rate", Recommendation.rate(train.row()));
            });
    findings
        .eval()
        .ifPresent(
            eval ->
                values.put(
                    "evaluation.per_device_eval_batch_size",
                    Integer.toString(eval.speed().batch())));
    return values;
  }

  private void writeFiles(TuningResults findings, SamplesRead intake, String lines)
      throws IOException {
    ObjectNode tree = new TuningResultsJson(findings).toTree();
    tree.put("pipeline", pipeline.config().pipeline());
    tree.put("held_out", intake.heldOut());
    tree.put("rejected", intake.rejections());
    tree.put("lines", lines);
    Files.writeString(options.html(), HtmlReport.of(tree));
    out.printf("%nreport: %s%n", options.html());
    if (options.json() != null) {
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build()
          .writeValue(options.json().toFile(), tree);
    }
  }
}

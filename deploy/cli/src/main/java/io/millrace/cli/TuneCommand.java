package io.millrace.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.ops.Termination;
import io.millrace.tune.TuneJob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Recommends batch sizes and learning rates. */
@Command(
    name = "tune",
    description = {
      "Tries batch sizes and learning rates on the pipeline's own samples, and recommends some.",
      "Does not change a running pipeline. Ctrl-C ends it with the results so far."
    },
    mixinStandardHelpOptions = true)
final class TuneCommand implements Callable<Integer> {
  private static final long LAST_WORDS_SECONDS = 60;

  @Spec private CommandSpec command = CommandSpec.create();
  @Mixin private PipelineOptions pipeline = new PipelineOptions();

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "250000",
      description = "The highest number of samples to read (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--from",
      paramLabel = "OFFSET",
      description =
          "Starts at this offset of each partition, or row of the file; without it, reads the newest samples of the topic, or the first of the file.")
  private @Nullable Long from;

  @Option(
      names = "--records",
      paramLabel = "FILE",
      description =
          "Reads a file instead of the topic: CSV with a header or JSON lines, gzipped or not. Needs no broker.")
  private @Nullable Path records;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Seeds per candidate, if time permits (default: ${DEFAULT-VALUE}).")
  private int seeds;

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      defaultValue = "10m",
      description = "The time limit, for example 90s, 10m or 1h (default: ${DEFAULT-VALUE}).")
  private String budget = "";

  @Option(
      names = "--report",
      paramLabel = "FILE",
      defaultValue = "tune.html",
      description = "The file of the report (default: ${DEFAULT-VALUE}).")
  private Path report = Path.of("");

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also writes the figures to this file.")
  private @Nullable Path json;

  @Option(
      names = "--write",
      description =
          "Writes the recommendation into the pipeline.yaml, and keeps comments and layout.")
  private boolean write;

  @Override
  public Integer call() throws Exception {
    TuneJob.Options options =
        new TuneJob.Options(
            positive("--samples", samples),
            from == null ? OptionalLong.empty() : OptionalLong.of(from),
            records,
            positive("--seeds", seeds),
            toDuration(),
            report,
            json,
            write,
            System.console() != null);
    LoadedPipeline loaded = records == null ? pipeline.loadAndReach() : pipeline.load();
    TuneJob job =
        new TuneJob(
            loaded,
            pipeline.file(),
            options,
            command.commandLine().getOut(),
            command.commandLine().getErr());
    Level before = quiet();
    CountDownLatch done = new CountDownLatch(1);
    Termination.closes(() -> stopAndWait(job, done));
    try {
      job.run();
      return 0;
    } finally {
      done.countDown();
      restore(before);
    }
  }

  private int positive(String option, int value) {
    if (value < 1) {
      throw new ParameterException(
          command.commandLine(), "%s: found %d, expected at least 1".formatted(option, value));
    }
    return value;
  }

  private Duration toDuration() {
    if (budget.matches("[1-9][0-9]{0,5}[smh]")) {
      return Duration.parse("PT" + budget);
    }
    throw new ParameterException(
        command.commandLine(), "--budget: found '" + budget + "', expected a time like 90s or 10m");
  }

  /* The process exits when this returns, so it waits until the tables are written. */
  private static void stopAndWait(TuneJob job, CountDownLatch done) {
    job.stop();
    try {
      if (!done.await(LAST_WORDS_SECONDS, TimeUnit.SECONDS)) {
        LoggerFactory.getLogger(TuneCommand.class).warn("tune did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /* Hundreds of models are created, and each would log its start between the lines of the bar. */
  private static Level quiet() {
    Logger logger = trainerLogger();
    Level before = logger.getLevel();
    logger.setLevel(Level.WARN);
    return before;
  }

  private static void restore(@Nullable Level level) {
    trainerLogger().setLevel(level);
  }

  private static Logger trainerLogger() {
    return (Logger) LoggerFactory.getLogger("io.millrace.trainer");
  }
}

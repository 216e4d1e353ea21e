package io.millrace.cli;

import io.millrace.demo.Demo;
import io.millrace.demo.DemoSettings;
import io.millrace.demo.Summary;
import io.millrace.schemas.ops.Termination;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains and evaluates a model on real flights, in this process. */
@Command(
    name = "demo",
    description =
        "Sends 250,000 real flights to an embedded broker, trains and evaluates a model on them, and"
            + " prints a summary.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  /** The exit code of a process that was ended by Ctrl-C, as shells report it. */
  private static final int INTERRUPTED = 130;

  @Spec private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--exit",
      description = "Ends after the summary; without it, the live page stays up.")
  private boolean exit;

  @Option(
      names = "--flights",
      paramLabel = "FILE",
      description = "Other flights: a CSV file with the same columns, gzipped or not.")
  private @Nullable Path flights;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "" + Long.MAX_VALUE,
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description = "Sends at most N flights.")
  private long limit;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Records per second; without it, the producer follows the slowest stage.")
  private @Nullable Double rate;

  @Option(
      names = "--behind",
      paramLabel = "N",
      defaultValue = "5000",
      description =
          "Without --rate: the producer stays at most N records ahead of the slowest stage (default: ${DEFAULT-VALUE}).")
  private long behind;

  @Option(
      names = "--frozen-after",
      paramLabel = "N",
      defaultValue = "60000",
      description =
          "Compares the online model with the model after N flights (default: ${DEFAULT-VALUE}).")
  private long frozenAfter;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also writes the summary to this file.")
  private @Nullable Path json;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Keeps all data here, and resumes from here; without it, they are deleted at the end.")
  private @Nullable Path data;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides a setting of the pipeline; may be repeated.")
  private List<String> sets = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    PrintWriter out = command.commandLine().getOut();
    try (ProgressLine line = ProgressLine.open(command.commandLine().getErr());
        Demo demo = new Demo(settings(), line::show)) {
      Termination.closes(demo);
      Summary summary = demo.run(page -> line.print("live page: " + page));
      line.close();
      summary.lines().forEach(out::println);
      out.flush();
      if (json != null) {
        summary.writeTo(json);
      }
      if (!exit) {
        out.println("the page stays up until Ctrl-C");
        out.flush();
        new CountDownLatch(1).await();
      }
      return summary.isSound() ? 0 : 1;
    } catch (CancellationException e) {
      return INTERRUPTED;
    }
  }

  private DemoSettings settings() {
    return new DemoSettings(
        Optional.ofNullable(data),
        Optional.ofNullable(flights),
        limit,
        rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate),
        behind,
        frozenAfter,
        sets);
  }
}

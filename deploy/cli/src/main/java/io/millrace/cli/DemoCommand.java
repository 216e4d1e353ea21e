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

/** A model learns from real flights, in this process, to watch. */
@Command(
    name = "demo",
    description =
        "Replays 250,000 real flights onto an embedded broker, trains and evaluates on them, and tells"
            + " what came of it.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  /** As shells tell a process that Ctrl-C ended. */
  private static final int INTERRUPTED = 130;

  @Spec private CommandSpec command = CommandSpec.create();

  @Option(names = "--exit", description = "Ends after the summary; without it the page stays up.")
  private boolean exit;

  @Option(
      names = "--flights",
      paramLabel = "FILE",
      description = "Other flights: a CSV of the same columns, gzipped or not.")
  private @Nullable Path flights;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "" + Long.MAX_VALUE,
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description = "At most so many flights.")
  private long limit;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Records per second; without it, as fast as the services keep up.")
  private @Nullable Double rate;

  @Option(
      names = "--behind",
      paramLabel = "N",
      defaultValue = "5000",
      description =
          "Without --rate: how many records the slowest stage may be behind (default: ${DEFAULT-VALUE}).")
  private long behind;

  @Option(
      names = "--frozen-after",
      paramLabel = "N",
      defaultValue = "60000",
      description =
          "The online model is judged beside the model of after N flights (default: ${DEFAULT-VALUE}).")
  private long frozenAfter;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the summary there too.")
  private @Nullable Path json;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Keeps all data here, and goes on from there; without it they go with the run.")
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
      Summary summary = demo.run(page -> line.say("live page: " + page));
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

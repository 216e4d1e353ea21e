package io.millrace.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The {@code millrace} command. */
@Command(
    name = "millrace",
    description = "Online training and continuous evaluation on Kafka.",
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ConfigCommand.class,
      TopicsCommand.class,
      BrokerCommand.class,
      ProduceCommand.class,
      TrainCommand.class,
      CheckpointsCommand.class,
      ReplayCommand.class,
      EvaluateCommand.class,
      PromotionsCommand.class,
      PromoteCommand.class,
      RollbackCommand.class,
      TuneCommand.class,
      SamplesCommand.class,
      DeadLettersCommand.class,
      DemoCommand.class,
      BenchCommand.class
    })
public final class Millrace {
  @Option(
      names = "--debug",
      description = "Prints the stack trace of a failure.",
      scope = CommandLine.ScopeType.INHERIT)
  private boolean debug;

  private Millrace() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /**
   * Exits with 0 on success, 1 with a message if something is refused, 2 if the arguments are
   * wrong.
   */
  static CommandLine commandLine() {
    var millrace = new Millrace();
    return new CommandLine(millrace)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              command
                  .getErr()
                  .println(command.getColorScheme().errorText("millrace: " + toMessage(failure)));
              if (millrace.debug) {
                failure.printStackTrace(command.getErr());
              }
              return 1;
            });
  }

  private static String toMessage(Exception failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }
}

package io.millrace.local;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code millrace} command. */
@Command(
    name = "millrace",
    description = "Online training and continuous evaluation on Kafka.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ConfigCommand.class, TopicsCommand.class, BrokerCommand.class})
public final class Millrace {
  private Millrace() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /**
   * Exits with 0 when all is well, 1 with a message when something is refused, 2 when the call is
   * wrong.
   */
  static CommandLine commandLine() {
    return new CommandLine(new Millrace())
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              command
                  .getErr()
                  .println(command.getColorScheme().errorText("millrace: " + failure.getMessage()));
              return 1;
            });
  }
}

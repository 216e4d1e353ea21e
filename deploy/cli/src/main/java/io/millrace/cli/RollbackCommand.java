package io.millrace.cli;

import io.millrace.eval.champion.PromotionLog.LoggedDecision;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Puts in force again what the champion replaced. */
@Command(
    name = "rollback",
    description = "Puts in force again, by hand, what the champion replaced; recorded as such.",
    mixinStandardHelpOptions = true)
final class RollbackCommand implements Callable<Integer> {
  @Spec private CommandSpec command = CommandSpec.create();
  @Mixin private PipelineOptions pipeline = new PipelineOptions();

  @Option(
      names = "--by",
      paramLabel = "WHO",
      defaultValue = "${sys:user.name}",
      description = "Who decides (default: ${DEFAULT-VALUE}).")
  private String by = "";

  @Override
  public Integer call() {
    LoggedDecision entry = PromotionsCommand.ask(pipeline.loadAndReach(), log -> log.rollBack(by));
    command.commandLine().getOut().println(PromotionsCommand.line(entry));
    return 0;
  }
}

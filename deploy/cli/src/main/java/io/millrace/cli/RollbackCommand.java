package io.millrace.cli;

import io.millrace.eval.champion.PromotionLog.LoggedDecision;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Puts the checkpoint that the champion replaced in force again. */
@Command(
    name = "rollback",
    description =
        "Puts the checkpoint that the champion replaced in force again, by hand, and records that.",
    mixinStandardHelpOptions = true)
final class RollbackCommand implements Callable<Integer> {
  @Spec private CommandSpec command = CommandSpec.create();
  @Mixin private PipelineOptions pipeline = new PipelineOptions();

  @Option(
      names = "--by",
      paramLabel = "NAME",
      defaultValue = "${sys:user.name}",
      description = "The name of the decider (default: ${DEFAULT-VALUE}).")
  private String by = "";

  @Override
  public Integer call() {
    LoggedDecision entry =
        PromotionsCommand.query(pipeline.loadAndReach(), log -> log.rollBack(by));
    command.commandLine().getOut().println(PromotionsCommand.line(entry));
    return 0;
  }
}

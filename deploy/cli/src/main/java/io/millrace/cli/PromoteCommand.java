package io.millrace.cli;

import io.millrace.eval.champion.PromotionLog.LoggedDecision;
import io.millrace.schemas.lineage.CheckpointId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts a checkpoint in force by hand. */
@Command(
    name = "promote",
    description = "Puts a checkpoint in force by hand, and records that.",
    mixinStandardHelpOptions = true)
final class PromoteCommand implements Callable<Integer> {
  @Spec private CommandSpec command = CommandSpec.create();
  @Mixin private PipelineOptions pipeline = new PipelineOptions();

  @Parameters(
      index = "1",
      paramLabel = "ID",
      description = "The checkpoint's id; millrace checkpoints lists them.")
  private String id = "";

  @Option(
      names = "--by",
      paramLabel = "NAME",
      defaultValue = "${sys:user.name}",
      description = "The name of the decider (default: ${DEFAULT-VALUE}).")
  private String by = "";

  @Override
  public Integer call() {
    LoggedDecision entry =
        PromotionsCommand.query(
            pipeline.loadAndReach(), log -> log.promote(CheckpointId.of(id), by));
    command.commandLine().getOut().println(PromotionsCommand.line(entry));
    return 0;
  }
}

package io.millrace.local;

import io.millrace.schemas.config.PipelineConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Looks at a pipeline.yaml without touching anything. */
@Command(
    name = "config",
    description = "Looks at a pipeline.yaml.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class ConfigCommand {
  @Spec private CommandSpec command = CommandSpec.create();

  @Command(
      name = "check",
      description = "Tells everything that is wrong with it, at once.",
      mixinStandardHelpOptions = true)
  int check(@Mixin PipelineOptions pipeline) {
    PipelineConfig config = pipeline.load().config();
    command
        .commandLine()
        .getOut()
        .printf(
            "%s: pipeline '%s' holds together: %d features, %s on topic '%s'%n",
            pipeline.file(),
            config.pipeline(),
            config.features().size(),
            config.label().task(),
            config.samples().topic());
    return 0;
  }
}

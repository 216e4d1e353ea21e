package io.millrace.cli;

import io.millrace.records.RecentSamples;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.Bootstrap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Looks at a pipeline.yaml, and at its samples, without changing anything. */
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
  int check(
      @Mixin PipelineOptions pipeline,
      @Option(
              names = "--sample",
              paramLabel = "N",
              description =
                  "Reads the newest N samples, and tells what of them is held out and rejected.",
              defaultValue = "0")
          int sampleCount) {
    if (sampleCount < 0) {
      throw new ParameterException(
          command.commandLine(), "--sample: found " + sampleCount + ", expected a count");
    }
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
    if (sampleCount > 0) {
      command.commandLine().getOut().flush();
      Bootstrap.requireReachable(config.kafka());
      survey(config, sampleCount);
    }
    return 0;
  }

  private void survey(PipelineConfig config, int sampleCount) {
    var survey = new HoldoutSurvey(config);
    new RecentSamples(config).read(sampleCount, survey::add);
    survey.print(command.commandLine().getOut());
    survey
        .warning()
        .ifPresent(warning -> command.commandLine().getErr().println("warning: " + warning));
  }
}

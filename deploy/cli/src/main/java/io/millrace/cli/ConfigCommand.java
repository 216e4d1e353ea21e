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

/** Checks a pipeline.yaml, and optionally its samples, without changing anything. */
@Command(
    name = "config",
    description = "Checks a pipeline.yaml.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class ConfigCommand {
  @Spec private CommandSpec command = CommandSpec.create();

  @Command(
      name = "check",
      description = "Reports everything that is wrong with the file, at once.",
      mixinStandardHelpOptions = true)
  int check(
      @Mixin PipelineOptions pipeline,
      @Option(
              names = "--sample",
              paramLabel = "N",
              description =
                  "Also reads the newest N samples, and reports the share that is held out and what is rejected.",
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
            "%s: pipeline '%s' is valid: %d features, %s on topic '%s'%n",
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

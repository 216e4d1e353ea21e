package io.millrace.cli;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.trainer.windowing.SampleSource;
import java.io.PrintWriter;
import java.util.HashMap;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What windowing does not decide by itself about the samples' topic. */
@Command(
    name = "samples",
    description = "Decisions about the samples' topic that windowing leaves to you.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class SamplesCommand {
  @Spec private CommandSpec command = CommandSpec.create();

  @Command(
      name = "accept-partitions",
      description = "Takes in partitions that were added; to be run while windowing is stopped.",
      mixinStandardHelpOptions = true)
  int acceptPartitions(@Mixin PipelineOptions pipeline) {
    PipelineConfig config = pipeline.loadAndReach().config();
    try (Admin admin = Admin.create(new HashMap<String, Object>(config.kafka()))) {
      int added = new SampleSource(admin, config).acceptPartitions();
      out().println(added == 0 ? "nothing to accept" : "accepted " + added + " partitions");
      return 0;
    }
  }

  @Command(
      name = "accept-loss",
      description =
          "Goes on after samples that were gone before they were read, and records the loss in the"
              + " dead letters; to be run while windowing is stopped.",
      mixinStandardHelpOptions = true)
  int acceptLoss(@Mixin PipelineOptions pipeline) {
    PipelineConfig config = pipeline.loadAndReach().config();
    try (Admin admin = Admin.create(new HashMap<String, Object>(config.kafka()))) {
      var losses = new SampleSource(admin, config).acceptLosses();
      losses.forEach(
          loss ->
              out()
                  .println(
                      "accepted the loss of %s-%d, offsets %d to %d (exclusive)"
                          .formatted(
                              config.samples().topic(), loss.partition(), loss.from(), loss.to())));
      if (losses.isEmpty()) {
        out().println("nothing to accept");
      }
      return 0;
    }
  }

  private PrintWriter out() {
    return command.commandLine().getOut();
  }
}

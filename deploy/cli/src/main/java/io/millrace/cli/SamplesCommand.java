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

/** Decisions about the samples' topic that windowing does not take by itself. */
@Command(
    name = "samples",
    description = "Decisions about the samples' topic that windowing leaves to the operator.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class SamplesCommand {
  @Spec private CommandSpec command = CommandSpec.create();

  @Command(
      name = "accept-partitions",
      description = "Accepts partitions that were added. Stop windowing first.",
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
          "Continues after samples were removed before they were read, and records the loss in the"
              + " dead letters. Stop windowing first.",
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

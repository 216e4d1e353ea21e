package io.millrace.cli;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import io.millrace.schemas.topics.TopicsReport;
import java.io.PrintWriter;
import java.util.HashMap;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The pipeline's own topics. */
@Command(
    name = "topics",
    description = "The pipeline's own topics.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class TopicsCommand {
  @Spec private CommandSpec command = CommandSpec.create();

  @Command(
      name = "create",
      description =
          "Creates the missing topics, and reports how existing ones differ from the plan.",
      mixinStandardHelpOptions = true)
  int create(
      @Mixin PipelineOptions pipeline,
      @Option(
              names = "--samples",
              paramLabel = "PARTITIONS",
              description = "Also creates the samples' topic, with this many partitions.")
          @Nullable Integer samplesPartitions) {
    PipelineConfig config = pipeline.loadAndReach().config();
    try (Admin admin = Admin.create(new HashMap<String, Object>(config.kafka()))) {
      if (samplesPartitions != null) {
        print(Topics.create(admin, TopicPlan.ofSamples(config, samplesPartitions)));
      }
      TopicsReport report = Topics.create(admin, TopicPlan.of(config));
      print(report);
      report
          .differences()
          .forEach(difference -> command.commandLine().getOut().println("differs " + difference));
      return report.differences().isEmpty() ? 0 : 1;
    }
  }

  private void print(TopicsReport report) {
    PrintWriter out = command.commandLine().getOut();
    report.created().forEach(topic -> out.println("created " + topic));
    report.existing().forEach(topic -> out.println("found   " + topic));
  }
}

package io.millrace.cli;

import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.config.binding.ConfigException;
import io.millrace.schemas.kafka.Bootstrap;
import io.millrace.schemas.topics.TopicsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The options of every command on a pipeline. */
final class PipelineOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Parameters(paramLabel = "FILE", description = "The pipeline.yaml.")
  private Path file = Path.of("");

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Overrides a setting, for example --set training.learning_rate=0.01; may be repeated.")
  private List<String> sets = new ArrayList<>();

  /**
   * Reads the file and prints its warnings.
   *
   * @throws ConfigException with everything that is wrong
   */
  LoadedPipeline load() {
    LoadedPipeline loaded = new PipelineLoader(System.getenv(), sets).load(file);
    loaded
        .warnings()
        .forEach(warning -> command.commandLine().getErr().println("warning: " + warning));
    return loaded;
  }

  /**
   * As above, for a command that needs Kafka.
   *
   * @throws TopicsException if no broker answers within seconds
   */
  LoadedPipeline loadAndReach() {
    LoadedPipeline loaded = load();
    Bootstrap.requireReachable(loaded.config().kafka());
    return loaded;
  }

  Path file() {
    return file;
  }
}

package io.millrace.schemas.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A pipeline.yaml that holds together.
 *
 * @param directory the file's own, where its relative paths start
 * @param warnings what is allowed but costs something, for the user
 */
public record LoadedPipeline(PipelineConfig config, Path directory, List<String> warnings) {
  public LoadedPipeline {
    warnings = List.copyOf(warnings);
  }

  /** The user's own ONNX file, if the pipeline names one. */
  public Optional<Path> modelPath() {
    return Optional.ofNullable(config.model().path()).map(directory::resolve);
  }

  /** The checkpoint store: an absolute directory. */
  public String checkpointStore() {
    return directory.resolve(config.checkpoint().store()).toAbsolutePath().normalize().toString();
  }
}

package io.millrace.schemas.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A valid pipeline.yaml.
 *
 * @param directory the directory of the file, where its relative paths start
 * @param warnings for the user: what is allowed but has a cost
 */
public record LoadedPipeline(PipelineConfig config, Path directory, List<String> warnings) {
  public LoadedPipeline {
    warnings = List.copyOf(warnings);
  }

  /** The user's own ONNX file, if the pipeline names one. */
  public Optional<Path> modelPath() {
    return Optional.ofNullable(config.model().path()).map(directory::resolve);
  }

  /** The checkpoint store: an absolute directory, or like {@code s3://bucket/prefix}. */
  public String checkpointStore() {
    String store = config.checkpoint().store();
    return store.contains("://")
        ? store
        : directory.resolve(store).toAbsolutePath().normalize().toString();
  }
}

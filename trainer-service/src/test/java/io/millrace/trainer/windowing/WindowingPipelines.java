package io.millrace.trainer.windowing;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Small pipelines for tests: one number, a boolean label, batches of four. */
final class WindowingPipelines {
  private static final String YAML =
      """
      pipeline: test
      samples: {topic: samples, max_bytes: 200}
      features: [{name: x, type: number}]
      label: {type: threshold, field: y, above: 0.5}
      holdout: {share: 0.25, by: offset}
      model: {recipe: linear}
      training: {per_device_train_batch_size: 4, batch_max_wait: 1s}
      """;

  private WindowingPipelines() {}

  static PipelineConfig with(String... sets) {
    return new PipelineLoader(Map.of(), List.of(sets)).load(YAML, Path.of(".")).config();
  }

  static byte[] sample(double x) {
    return ("{\"x\": " + x + ", \"y\": 1}").getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }
}

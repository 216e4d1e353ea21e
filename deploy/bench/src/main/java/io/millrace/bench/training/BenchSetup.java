package io.millrace.bench.training;

import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.trainer.graph.ParameterSelection;
import io.millrace.trainer.graph.Recipes;
import io.millrace.trainer.graph.TrainableGraph;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The training that all rivals of the bench do: one model, from the same weights, on the same
 * samples in the same order, with Adam on one thread and without clipping.
 */
public record BenchSetup(PipelineConfig config, TrainableGraph graph, SyntheticSamples samples) {
  static final int FEATURES = 54;
  static final List<Integer> HIDDEN = List.of(64, 32);
  static final int CLASSES = 7;
  static final float LEARNING_RATE = 0.001f;
  private static final int SAMPLES = 51_200;
  private static final long SEED = 1;

  /** An mlp 54-64-32-7, and 51,200 samples. */
  public static BenchSetup of(int batchSize) {
    PipelineConfig config = pipeline(batchSize, List.of()).config();
    SyntheticSamples samples = SyntheticSamples.of(SAMPLES, FEATURES, CLASSES, SEED);
    byte[] onnx = Recipes.mlp(samples.inputs(), config.model().embedding(), HIDDEN, CLASSES, SEED);
    TrainableGraph graph = TrainableGraph.parse(onnx, ParameterSelection.byUse());
    return new BenchSetup(config, graph, samples);
  }

  /**
   * The pipeline, for training from a log.
   *
   * @param sets additional settings, for example {@code kafka.bootstrap.servers=...}
   */
  public static LoadedPipeline pipeline(int batchSize, List<String> sets) {
    String yaml =
        """
        pipeline: bench-training
        samples: {topic: bench-samples}
        features: [{name: features, type: array, size: %d}]
        label: {type: class, field: label, values: [a, b, c, d, e, f, g]}
        model: {recipe: mlp, hidden: %s}
        training:
          device: cpu
          threads: 1
          per_device_train_batch_size: %d
          optim: adam
          learning_rate: %s
          max_grad_norm: 0
        """
            .formatted(FEATURES, HIDDEN, batchSize, LEARNING_RATE);
    return new PipelineLoader(Map.of(), sets).load(yaml, Path.of(""));
  }

  /** Samples of one step. */
  public int batchSize() {
    return config.training().perDeviceTrainBatchSize();
  }
}

package io.millrace.trainer.leading;

import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.ModelConfig;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.Task;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.trainer.graph.ParameterSelection;
import io.millrace.trainer.graph.Recipes;
import io.millrace.trainer.graph.TrainableGraph;
import io.millrace.trainer.training.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The model that a pipeline configures: the user's file or a recipe. */
public final class PipelineModel {
  private PipelineModel() {}

  /**
   * The initial model.
   *
   * @throws TrainingException if its file cannot be read
   */
  public static TrainableGraph initial(LoadedPipeline pipeline) {
    PipelineConfig config = pipeline.config();
    return parse(
        pipeline.modelPath().map(PipelineModel::read).orElseGet(() -> recipe(config)), config);
  }

  /** A model from a checkpoint, with the parameters that the pipeline selects. */
  static TrainableGraph parse(byte[] onnx, PipelineConfig config) {
    ModelConfig model = config.model();
    return TrainableGraph.parse(onnx, new ParameterSelection(model.trainable(), model.frozen()));
  }

  private static byte[] recipe(PipelineConfig config) {
    ModelConfig model = config.model();
    List<InputSpec> inputs = InputSpec.of(config.features());
    int outputs = config.label().task() == Task.MULTICLASS ? config.label().classes() : 1;
    long seed = config.training().seed();
    return model.recipe() == ModelConfig.Recipe.LINEAR
        ? Recipes.linear(inputs, outputs, seed)
        : Recipes.mlp(inputs, model.embedding(), model.hidden(), outputs, seed);
  }

  private static byte[] read(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new TrainingException(
          "model.path: %s cannot be read (%s); give the path of an ONNX file, relative to pipeline.yaml"
              .formatted(path, e),
          e);
    }
  }
}

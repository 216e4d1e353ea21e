package io.millrace.schemas.config;

import io.millrace.schemas.config.binding.Checks;
import io.millrace.schemas.config.binding.Secrets;
import io.millrace.schemas.config.binding.Setting;
import java.util.List;
import java.util.Map;

/** A whole pipeline.yaml, validated. */
public record PipelineConfig(
    @Setting("The pipeline's name; the topics' names start with it: letters, digits, '-' and '_'.")
        String pipeline,
    @Setting(
            value = "Kafka client properties, including security, passed on unchanged.",
            byDefault = "{bootstrap.servers: 'localhost:9092'}")
        Map<String, String> kafka,
    @Setting(value = "How the pipeline's own topics are created.", byDefault = "{}")
        TopicsConfig topics,
    @Setting("Where the labelled records are, and how to read them.") SamplesConfig samples,
    @Setting("The record's fields that become the model's inputs.") List<FeatureConfig> features,
    @Setting("What the model learns to predict.") LabelConfig label,
    @Setting(value = "Which samples are never trained on.", byDefault = "{}") HoldoutConfig holdout,
    @Setting(value = "The model to train.", byDefault = "{recipe: mlp}") ModelConfig model,
    @Setting(value = "How to train it.", byDefault = "{}") TrainingConfig training,
    @Setting(value = "How checkpoints are scored.", byDefault = "{}") EvaluationConfig evaluation,
    @Setting(value = "When a challenger replaces the champion.", byDefault = "{}")
        PromotionConfig promotion,
    @Setting(value = "Where checkpoints are kept.", byDefault = "{}") CheckpointConfig checkpoint,
    @Setting(value = "Metrics, health and the live page.", byDefault = "{}") OpsConfig ops) {

  public PipelineConfig {
    kafka = Map.copyOf(kafka);
    features = List.copyOf(features);
    var checks = new Checks();
    checks.that(
        pipeline.matches("[a-zA-Z0-9][a-zA-Z0-9_-]{0,99}"),
        "pipeline",
        "'" + pipeline + "'",
        "must be 1 to 100 letters, digits, '-' or '_', starting with a letter or digit");
    checks.that(!features.isEmpty(), "features", "none", "must list at least one feature");
    checks.done();
    Contradictions.find(features, label, model);
  }

  /** The same pipeline with other training settings. */
  public PipelineConfig with(TrainingConfig other) {
    return new PipelineConfig(
        pipeline,
        kafka,
        topics,
        samples,
        features,
        label,
        holdout,
        model,
        other,
        evaluation,
        promotion,
        checkpoint,
        ops);
  }

  /** Contains no secrets. */
  @Override
  public String toString() {
    return "PipelineConfig[pipeline=%s, kafka=%s, samples=%s, label=%s, training=%s]"
        .formatted(pipeline, Secrets.redact(kafka), samples, label, training);
  }
}

package io.millrace.trainer.leading;

import io.millrace.schemas.config.ModelConfig;
import io.millrace.schemas.config.TrainingConfig;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The settings that move weights, as stored in a checkpoint's settings history: each under its key
 * in {@code pipeline.yaml}, as one text. A replay compares only these.
 */
final class WeightSettings {
  /**
   * Settings that move no weights by themselves. A new setting of training or of the model belongs
   * either here or in {@link #of}.
   */
  static final Set<String> WITHOUT_EFFECT =
      Set.of(
          // determine the train log, which a replay reads as it is
          "training.per_device_train_batch_size",
          "training.batch_max_wait",
          "training.dataloader_drop_last",
          // take effect as devices, batches_per_step, threads and micro_batch_size, which are
          // recorded as resolved
          "training.device",
          "training.gradient_accumulation_steps",
          "training.threads",
          "training.auto_find_batch_size",
          // checkpoints and reports
          "training.save_steps",
          "training.save_interval",
          "training.save_total_limit",
          "training.logging_steps",
          // determine the initial model, which is itself a checkpoint
          "model.path",
          "model.recipe",
          "model.hidden",
          "model.embedding",
          "model.trained_until");

  private WeightSettings() {}

  static Map<String, String> of(TrainingConfig training, ModelConfig model) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("training.learning_rate", Double.toString(training.learningRate()));
    settings.put("training.lr_scheduler_type", word(training.lrSchedulerType()));
    settings.put("training.warmup_steps", Long.toString(training.warmupSteps()));
    settings.put("training.max_steps", Long.toString(training.maxSteps()));
    settings.put("training.optim", word(training.optim()));
    settings.put("training.weight_decay", Double.toString(training.weightDecay()));
    settings.put("training.momentum", Double.toString(training.momentum()));
    settings.put("training.adam_beta1", Double.toString(training.adamBeta1()));
    settings.put("training.adam_beta2", Double.toString(training.adamBeta2()));
    settings.put("training.adam_epsilon", Double.toString(training.adamEpsilon()));
    settings.put("training.rmsprop_alpha", Double.toString(training.rmspropAlpha()));
    settings.put("training.max_grad_norm", Double.toString(training.maxGradNorm()));
    settings.put("training.seed", Long.toString(training.seed()));
    settings.put("model.output", word(model.output()));
    settings.put("model.loss", word(model.loss()));
    settings.put("model.huber_delta", Double.toString(model.huberDelta()));
    settings.put("model.trainable", list(model.trainable()));
    settings.put("model.frozen", list(model.frozen()));
    return settings;
  }

  /** As in pipeline.yaml. */
  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String list(Collection<String> values) {
    return "[" + String.join(", ", values) + "]";
  }
}

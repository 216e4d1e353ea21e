package io.millrace.schemas.config;

import io.millrace.schemas.config.binding.Checks;
import io.millrace.schemas.config.binding.Setting;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The model to train: the user's ONNX file, or a recipe. */
public record ModelConfig(
    @Setting(value = "An ONNX file; training starts from its weights.", byDefault = Setting.NONE)
        @Nullable String path,
    @Setting(value = "Or a recipe: linear or mlp.", byDefault = Setting.NONE)
        @Nullable Recipe recipe,
    @Setting(value = "Widths of the mlp's hidden layers.", byDefault = "[64, 32]")
        List<Integer> hidden,
    @Setting(value = "Width of each category's embedding in the mlp.", byDefault = "8")
        int embedding,
    @Setting(value = "The model's output: logits, probabilities or value.", byDefault = "logits")
        Output output,
    @Setting(
            value = "auto (cross entropy, or mse for a value), cross_entropy, mse, mae or huber.",
            byDefault = "auto")
        LossName loss,
    @Setting(
            value = "The error at which huber changes from quadratic to linear.",
            byDefault = "1.0")
        double huberDelta,
    @Setting(
            value =
                "Name patterns of the initializers to train, for example 'head.*'; absent: chosen by use.",
            byDefault = "[]")
        List<String> trainable,
    @Setting(value = "Name patterns of initializers that are not trained.", byDefault = "[]")
        List<String> frozen,
    @Setting(
            value =
                "The time or the offsets up to which samples may have trained the given weights.",
            byDefault = Setting.NONE)
        @Nullable TrainedUntil trainedUntil) {

  /** A built-in model. */
  public enum Recipe {
    LINEAR,
    MLP
  }

  /** What the model's output is. */
  public enum Output {
    LOGITS,
    PROBABILITIES,
    VALUE
  }

  /** The loss that training minimizes. */
  public enum LossName {
    AUTO,
    CROSS_ENTROPY,
    MSE,
    MAE,
    HUBER
  }

  /**
   * Which samples may have trained the initial weights: up to a time, or up to an offset per
   * partition.
   */
  public record TrainedUntil(
      @Setting(value = "Samples appended before this time.", byDefault = Setting.NONE)
          @Nullable Instant time,
      @Setting(value = "Per partition, samples below this offset.", byDefault = "{}")
          Map<Integer, Long> offsets) {
    public TrainedUntil {
      offsets = Map.copyOf(offsets);
      new Checks()
          .that(
              (time != null) != !offsets.isEmpty(),
              "time",
              time == null ? "neither time nor offsets" : "both time and offsets",
              "give one of them")
          .done();
    }
  }

  public ModelConfig {
    hidden = List.copyOf(hidden);
    trainable = List.copyOf(trainable);
    frozen = List.copyOf(frozen);
    new Checks()
        .that(
            (path != null) != (recipe != null),
            "path",
            path == null ? "neither path nor recipe" : "both path and recipe",
            "give one of them")
        .that(hidden.stream().allMatch(width -> width > 0), "hidden", hidden, "widths must be >= 1")
        .positive("embedding", embedding)
        .that(huberDelta > 0, "huber_delta", huberDelta, "must be > 0")
        .done();
  }

  /** The loss that training minimizes, with {@code auto} resolved. */
  public LossName lossFor(Task task) {
    if (loss != LossName.AUTO) {
      return loss;
    }
    return task == Task.REGRESSION ? LossName.MSE : LossName.CROSS_ENTROPY;
  }
}

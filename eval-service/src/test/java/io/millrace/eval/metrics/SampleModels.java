package io.millrace.eval.metrics;

import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.config.LabelConfig.ClassLabel;
import io.millrace.schemas.config.LabelConfig.NumberLabel;
import io.millrace.schemas.config.LabelConfig.ThresholdLabel;
import io.millrace.schemas.config.ModelConfig;
import io.millrace.schemas.config.ModelConfig.LossName;
import io.millrace.schemas.config.ModelConfig.Output;
import io.millrace.schemas.config.ModelConfig.Recipe;
import java.util.List;
import java.util.stream.IntStream;

/** Settings of models and labels. */
final class SampleModels {
  static final LabelConfig LATE = new ThresholdLabel("delay", 15);
  static final LabelConfig DELAY = new NumberLabel("delay");

  private SampleModels() {}

  static LabelConfig classes(int count) {
    return new ClassLabel(
        "kind", IntStream.range(0, count).mapToObj(index -> "kind " + index).toList());
  }

  static ModelConfig of(Output output, LossName loss) {
    return new ModelConfig(
        null, Recipe.LINEAR, List.of(), 1, output, loss, 2, List.of(), List.of(), null);
  }
}

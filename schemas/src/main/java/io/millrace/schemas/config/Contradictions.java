package io.millrace.schemas.config;

import io.millrace.schemas.config.binding.Checks;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds contradictions between sections that are each correct by themselves. */
final class Contradictions {
  private Contradictions() {}

  static void find(List<FeatureConfig> features, LabelConfig label, ModelConfig model) {
    var checks = new Checks();
    Set<String> names = new HashSet<>();
    Map<String, FeatureConfig> firstOfInput = new HashMap<>();
    for (FeatureConfig feature : features) {
      checks.that(
          names.add(feature.name()),
          "features",
          "'" + feature.name() + "' twice",
          "names must differ");
      FeatureConfig first = firstOfInput.putIfAbsent(feature.input(), feature);
      checks.that(
          first == null || first.isInteger() == feature.isInteger(),
          "features",
          "'" + feature.name() + "' in input '" + feature.input() + "'",
          "categories (int64) and numbers (float32) cannot share an input; give one of them another"
              + " 'input'");
    }
    checks.that(
        label.task() == Task.REGRESSION || model.output() != ModelConfig.Output.VALUE,
        "model.output",
        "value",
        "a model for label.type "
            + label.typeName()
            + " gives logits or probabilities; use a label of type number for a value");
    checks.that(
        label.task() != Task.REGRESSION || model.output() == ModelConfig.Output.VALUE,
        "model.output",
        model.output().name().toLowerCase(java.util.Locale.ROOT),
        "label.type number is a regression: set model.output: value");
    checks.that(
        model.loss() == ModelConfig.LossName.AUTO
            || (label.task() == Task.REGRESSION)
                != (model.loss() == ModelConfig.LossName.CROSS_ENTROPY),
        "model.loss",
        model.loss().name().toLowerCase(java.util.Locale.ROOT),
        "does not fit label.type " + label.typeName() + "; leave it out");
    checks.done();
  }
}

package io.millrace.schemas.features.rows;

import io.millrace.schemas.config.FeatureConfig;
import io.millrace.schemas.config.FeatureConfig.CategoryFeature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One input tensor of a model, filled by the features: [batch, width], row-major.
 *
 * @param integer int64 (categories) rather than float32
 * @param width columns, >= 1
 * @param categories the number of values of each int64 column, in order; empty for float32
 */
public record InputSpec(String name, boolean integer, int width, List<Integer> categories) {
  public InputSpec {
    categories = List.copyOf(categories);
  }

  /** Bytes of one row. */
  public int rowBytes() {
    return width * (integer ? Long.BYTES : Float.BYTES);
  }

  /** The inputs that the features fill, in the order of their first use. */
  public static List<InputSpec> of(List<FeatureConfig> features) {
    Map<String, List<FeatureConfig>> byInput = new LinkedHashMap<>();
    features.forEach(
        feature ->
            byInput.computeIfAbsent(feature.input(), name -> new ArrayList<>()).add(feature));
    List<InputSpec> specs = new ArrayList<>();
    byInput.forEach((name, columns) -> specs.add(of(name, columns)));
    return specs;
  }

  private static InputSpec of(String name, List<FeatureConfig> columns) {
    List<Integer> categories = new ArrayList<>();
    for (FeatureConfig column : columns) {
      if (column instanceof CategoryFeature category) {
        categories.add(category.categories());
      }
    }
    int width = columns.stream().mapToInt(FeatureConfig::width).sum();
    return new InputSpec(name, columns.get(0).isInteger(), width, categories);
  }
}

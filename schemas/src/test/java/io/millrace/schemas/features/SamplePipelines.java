package io.millrace.schemas.features;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Pipelines for tests, as a user would write them. */
public final class SamplePipelines {
  public static final String CUSTOMERS =
      """
      pipeline: customers
      samples: {topic: customers, event_time: at, weight: weight, id: id, zone: Europe/Vienna, max_bytes: 4096}
      features:
        - {name: age, type: number, field: person.age, scale: {mean: 40, deviation: 10}, clip: [-3, 3]}
        - {name: spent, type: number, log1p: true, default: 0}
        - {name: member, type: boolean, default: false}
        - {name: taste, type: array, size: 3}
        - {name: hour, type: time_of_day, field: at}
        - {name: weekday, type: day_of_week, field: at}
        - {name: city, type: category, buckets: 100}
        - {name: plan, type: category, vocabulary: [free, pro], default: free}
      label: {type: class, field: churned, values: ["false", "true"]}
      """;

  public static final String FIFTY_FLOATS =
      """
      pipeline: embeddings
      samples: {topic: embeddings}
      features:
        - {name: x, type: array, size: 50}
      label: {type: number, field: y}
      model: {recipe: linear, output: value}
      """;

  private SamplePipelines() {}

  static PipelineConfig load(String yaml, String... sets) {
    return new PipelineLoader(Map.of(), List.of(sets)).load(yaml, Path.of("/")).config();
  }

  public static SampleDecoder decoder(String yaml, String... sets) {
    return new SampleDecoder(load(yaml, sets));
  }
}

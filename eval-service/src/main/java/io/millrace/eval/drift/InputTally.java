package io.millrace.eval.drift;

import io.millrace.eval.metrics.Bins;
import io.millrace.eval.metrics.ValueBins;
import io.millrace.schemas.config.FeatureConfig;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.proto.InputHistogram;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Histograms of the model's inputs, one per column. Allocates nothing per sample. Confined to one
 * thread.
 *
 * <p>In a message, a column takes about a kilobyte: send and clear it once per window or per some
 * thousand samples, not at each commit.
 */
public final class InputTally {
  private final List<InputSpec> inputs;
  private final List<List<String>> names = new ArrayList<>();
  private final List<Bins[]> columns = new ArrayList<>();
  private long count;

  public InputTally(List<FeatureConfig> features) {
    inputs = InputSpec.of(features);
    for (InputSpec input : inputs) {
      List<String> ofInput = new ArrayList<>();
      features.stream()
          .filter(feature -> feature.input().equals(input.name()))
          .forEach(feature -> addNames(feature, ofInput));
      names.add(ofInput);
      Bins[] bins = new Bins[input.width()];
      for (int i = 0; i < bins.length; i++) {
        bins[i] = input.integer() ? ValueBins.categories() : ValueBins.numbers();
      }
      columns.add(bins);
    }
  }

  private static void addNames(FeatureConfig feature, List<String> names) {
    for (int i = 0; i < feature.width(); i++) {
      names.add(feature.width() == 1 ? feature.name() : feature.name() + "." + i);
    }
  }

  /** Adds a row that the same features filled. */
  public void add(Rows rows, int row) {
    count++;
    for (int input = 0; input < columns.size(); input++) {
      if (inputs.get(input).integer()) {
        addCategories(rows.integers(input), row, columns.get(input));
      } else {
        addNumbers(rows.floats(input), row, columns.get(input));
      }
    }
  }

  private static void addNumbers(FloatBuffer values, int row, Bins[] bins) {
    for (int i = 0; i < bins.length; i++) {
      bins[i].add(ValueBins.number(values.get(row * bins.length + i)), 1);
    }
  }

  private static void addCategories(LongBuffer values, int row, Bins[] bins) {
    for (int i = 0; i < bins.length; i++) {
      bins[i].add(ValueBins.category(values.get(row * bins.length + i)), 1);
    }
  }

  /** The number of rows added. */
  public long count() {
    return count;
  }

  public List<InputHistogram> toProto() {
    List<InputHistogram> histograms = new ArrayList<>();
    for (int input = 0; input < columns.size(); input++) {
      for (int i = 0; i < columns.get(input).length; i++) {
        histograms.add(
            InputHistogram.newBuilder()
                .setName(names.get(input).get(i))
                .setValues(columns.get(input)[i].toProto())
                .build());
      }
    }
    return histograms;
  }

  public void clear() {
    count = 0;
    for (Bins[] ofInput : columns) {
      for (Bins bins : ofInput) {
        bins.clear();
      }
    }
  }
}

package io.millrace.records;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.config.FeatureConfig;
import io.millrace.schemas.config.FeatureConfig.ArrayFeature;
import io.millrace.schemas.config.FeatureConfig.BooleanFeature;
import io.millrace.schemas.config.FeatureConfig.NumberFeature;
import io.millrace.schemas.config.LabelConfig.ClassLabel;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.SamplesConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.csv.CSVRecord;

/**
 * Converts rows of a CSV file to the pipeline's JSON records. A column is read with the type that
 * the pipeline expects of its field: numbers, booleans and arrays where the pipeline reads them,
 * text otherwise. An empty cell is a missing field. A dot in a column's name is a step into a
 * nested object.
 */
final class CsvJson {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final List<String> columns;
  private final Set<String> literal = new HashSet<>();

  CsvJson(PipelineConfig config, List<String> columns) {
    this.columns = List.copyOf(columns);
    for (FeatureConfig feature : config.features()) {
      if (feature instanceof NumberFeature
          || feature instanceof BooleanFeature
          || feature instanceof ArrayFeature) {
        literal.add(feature.field());
      }
    }
    if (!(config.label() instanceof ClassLabel)) {
      literal.add(config.label().field());
    }
    SamplesConfig samples = config.samples();
    if (samples.weight() != null) {
      literal.add(samples.weight());
    }
    if (samples.timeFormat() != SamplesConfig.TimeFormat.ISO) {
      addTimes(config);
    }
  }

  private void addTimes(PipelineConfig config) {
    if (config.samples().eventTime() != null) {
      literal.add(config.samples().eventTime());
    }
    if (config.samples().predictionTime() != null) {
      literal.add(config.samples().predictionTime());
    }
    config.features().stream()
        .filter(
            feature ->
                feature instanceof FeatureConfig.TimeOfDayFeature
                    || feature instanceof FeatureConfig.DayOfWeekFeature)
        .forEach(feature -> literal.add(feature.field()));
  }

  byte[] of(CSVRecord row) {
    ObjectNode object = MAPPER.createObjectNode();
    for (int i = 0; i < Math.min(row.size(), columns.size()); i++) {
      if (!row.get(i).isEmpty()) {
        put(object, columns.get(i), row.get(i));
      }
    }
    try {
      return MAPPER.writeValueAsBytes(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts and numbers is always JSON", e);
    }
  }

  private void put(ObjectNode object, String column, String cell) {
    ObjectNode place = object;
    String[] steps = column.split("\\.", -1);
    for (int i = 0; i < steps.length - 1; i++) {
      place = place.withObjectProperty(steps[i]);
    }
    String name = steps[steps.length - 1];
    if (literal.contains(column)) {
      place.set(name, literal(cell));
    } else {
      place.put(name, cell);
    }
  }

  /* A cell that is not a literal stays text; the decoder then rejects the record with a reason. */
  private static JsonNode literal(String cell) {
    String trimmed = cell.trim();
    try {
      JsonNode value = MAPPER.readTree(trimmed);
      return value == null || value.isMissingNode()
          ? MAPPER.getNodeFactory().textNode(cell)
          : value;
    } catch (JsonProcessingException e) {
      return MAPPER.getNodeFactory().textNode(cell);
    }
  }
}

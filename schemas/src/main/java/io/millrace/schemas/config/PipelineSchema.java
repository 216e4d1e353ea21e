package io.millrace.schemas.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.config.binding.Scalars;
import io.millrace.schemas.config.binding.Section;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Generates the JSON Schema of pipeline.yaml from the records that the loader fills. */
public final class PipelineSchema {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private PipelineSchema() {}

  /** JSON Schema, draft 2020-12, indented. It is shipped as {@code pipeline.schema.json}. */
  public static String text() {
    ObjectNode schema = JSON.objectNode();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "Millrace pipeline.yaml");
    schema.setAll((ObjectNode) of(PipelineConfig.class));
    return schema.toPrettyString() + "\n";
  }

  private static JsonNode of(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      boolean list = generic.getRawType() == List.class;
      ObjectNode node = JSON.objectNode().put("type", list ? "array" : "object");
      node.set(list ? "items" : "additionalProperties", of(arguments[arguments.length - 1]));
      return node;
    }
    Class<?> raw = (Class<?>) type;
    if (raw.isRecord()) {
      return section(raw, "");
    }
    if (raw.isSealed() && raw.isInterface()) {
      ObjectNode node = JSON.objectNode();
      Section.kinds(raw).forEach((name, kind) -> node.withArray("oneOf").add(section(kind, name)));
      return node;
    }
    return raw.isEnum() ? constants(raw) : scalar(raw);
  }

  private static ObjectNode section(Class<?> record, String kind) {
    ObjectNode node = JSON.objectNode().put("type", "object").put("additionalProperties", false);
    ObjectNode properties = node.putObject("properties");
    if (!kind.isEmpty()) {
      properties.putObject("type").put("const", kind);
      node.withArray("required").add("type");
    }
    for (Section.SettingKey key : Section.of(record).keys()) {
      ObjectNode property = (ObjectNode) of(key.type());
      property.put("description", key.setting().value());
      if (key.isRequired()) {
        node.withArray("required").add(key.name());
      } else if (!key.isOptional()) {
        property.set("default", Section.defaultOf(key));
      }
      properties.set(key.name(), property);
    }
    return node;
  }

  private static ObjectNode constants(Class<?> type) {
    ObjectNode node = JSON.objectNode();
    Scalars.constants(type).forEach(name -> node.withArray("enum").add(name));
    return node;
  }

  private static ObjectNode scalar(Class<?> type) {
    ObjectNode node = JSON.objectNode();
    if (type == boolean.class || type == Boolean.class) {
      return node.put("type", "boolean");
    } else if (type == int.class
        || type == Integer.class
        || type == long.class
        || type == Long.class) {
      return node.put("type", "integer");
    } else if (type == double.class || type == Double.class) {
      return node.put("type", "number");
    } else if (type == Duration.class) {
      return node.put("type", "string").put("pattern", "^(\\d{1,12} *(ms|s|m|h|d)|-?P.*)$");
    } else if (type == Instant.class) {
      return node.put("type", "string").put("format", "date-time");
    }
    node.withArray("type").add("string").add("number").add("boolean");
    return node;
  }
}

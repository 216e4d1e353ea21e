package io.millrace.schemas.config.binding;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

/** Reads YAML as a tree. */
public final class Yaml {
  private static final YAMLMapper MAPPER =
      YAMLMapper.builder(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Yaml() {}

  /** A whole file. */
  public static JsonNode parseFile(String text) throws JsonProcessingException {
    return orMissing(MAPPER.readTree(text));
  }

  /** A single value. A value that is not valid YAML is a text. */
  static JsonNode parse(String value) {
    try {
      JsonNode node = orMissing(MAPPER.readTree(value));
      return node.isMissingNode() ? MAPPER.getNodeFactory().textNode(value) : node;
    } catch (JsonProcessingException e) {
      return MAPPER.getNodeFactory().textNode(value);
    }
  }

  @SuppressWarnings("NullAway") // readTree returns null for an empty document, contrary to its
  // documentation
  private static JsonNode orMissing(JsonNode node) {
    return node == null ? MissingNode.getInstance() : node;
  }
}

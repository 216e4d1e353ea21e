package io.millrace.tune;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sets values in the text of a pipeline.yaml and keeps everything else, comments and layout
 * included. The result is parsed again and must be equal except for the values.
 */
final class PipelineFile {
  /*
   * The YAML parser gives the position of each token. An existing value is replaced in place. A missing one is inserted before
   * the first key of its section, with that key's indentation. A missing section is appended to the file.
   */
  private static final YAMLMapper MAPPER = new YAMLMapper();
  private static final String INDENTATION = "  ";

  private PipelineFile() {}

  /**
   * Returns the text with the values set.
   *
   * @param values numbers, by {@code section.key}
   * @throws TuneException if that is impossible without changing anything else
   */
  static String set(String yaml, Map<String, String> values) {
    String edited = yaml;
    try {
      for (Map.Entry<String, String> value : values.entrySet()) {
        int dot = value.getKey().indexOf('.');
        String section = value.getKey().substring(0, dot);
        edited = set(edited, section, value.getKey().substring(dot + 1), value.getValue());
      }
      requireSame(yaml, values, edited);
      return edited;
    } catch (IOException e) {
      throw new TuneException("the file is not YAML that can be edited: " + e.getMessage(), e);
    }
  }

  private static String set(String yaml, String section, String key, String value)
      throws IOException {
    TextPlace place = find(yaml, section, key);
    String lineEnd = yaml.contains("\r\n") ? "\r\n" : "\n";
    if (place.valueStart >= 0) {
      return splice(yaml, place.valueStart, place.valueEnd, value);
    }
    String pair = key + ": " + value;
    if (place.flowStart >= 0) {
      String comma = place.isEmpty ? "" : ", ";
      return splice(yaml, place.flowStart, place.flowStart, pair + comma);
    }
    if (place.firstKey >= 0) {
      int lineStart = yaml.lastIndexOf('\n', place.firstKey - 1) + 1;
      String indentation = yaml.substring(lineStart, place.firstKey);
      return splice(yaml, place.firstKey, place.firstKey, pair + lineEnd + indentation);
    }
    if (place.sectionEnd >= 0) {
      int end = yaml.indexOf('\n', place.sectionEnd);
      int at = end < 0 ? yaml.length() : end + 1;
      String before = end < 0 ? lineEnd : "";
      return splice(yaml, at, at, before + INDENTATION + pair + lineEnd);
    }
    String before = yaml.isEmpty() || yaml.endsWith("\n") ? "" : lineEnd;
    return yaml + before + lineEnd + section + ":" + lineEnd + INDENTATION + pair + lineEnd;
  }

  private static String splice(String text, int from, int to, String with) {
    return text.substring(0, from) + with + text.substring(to);
  }

  /** Positions in a text, as indices; -1: absent. */
  private static final class TextPlace {
    private int valueStart = -1;
    private int valueEnd = -1;
    private int flowStart = -1;
    private boolean isEmpty = true;
    private int firstKey = -1;
    private int sectionEnd = -1;
  }

  private static TextPlace find(String yaml, String section, String key) throws IOException {
    TextPlace place = new TextPlace();
    try (JsonParser parser = new YAMLFactory().createParser(yaml)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = parser.currentName().equals(section);
        int nameEnd = index(yaml, parser.currentLocation());
        JsonToken token = parser.nextToken();
        if (!wanted) {
          parser.skipChildren();
        } else if (token == JsonToken.START_OBJECT) {
          readSection(yaml, parser, key, place);
          return place;
        } else {
          place.sectionEnd = nameEnd;
          return place;
        }
      }
    }
    return place;
  }

  private static void readSection(String yaml, JsonParser parser, String key, TextPlace place)
      throws IOException {
    int start = index(yaml, parser.currentTokenLocation());
    boolean flow = start < yaml.length() && yaml.charAt(start) == '{';
    if (flow) {
      place.flowStart = start + 1;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      place.isEmpty = false;
      if (!flow && place.firstKey < 0) {
        place.firstKey = index(yaml, parser.currentTokenLocation());
      }
      boolean wanted = parser.currentName().equals(key);
      parser.nextToken();
      if (wanted) {
        place.valueStart = index(yaml, parser.currentTokenLocation());
        place.valueEnd = index(yaml, parser.currentLocation());
        return;
      }
      parser.skipChildren();
    }
  }

  /* Lines and columns count from 1, columns in code points. */
  private static int index(String yaml, JsonLocation location) {
    int lineStart = 0;
    for (int line = 1; line < location.getLineNr(); line++) {
      lineStart = yaml.indexOf('\n', lineStart) + 1;
    }
    return yaml.offsetByCodePoints(lineStart, location.getColumnNr() - 1);
  }

  private static void requireSame(String yaml, Map<String, String> values, String edited)
      throws IOException {
    @Nullable JsonNode expected = MAPPER.readTree(yaml);
    if (!(expected instanceof ObjectNode root)) {
      throw new TuneException("the file has no keys at its top level; paste the lines by hand");
    }
    for (Map.Entry<String, String> value : values.entrySet()) {
      int dot = value.getKey().indexOf('.');
      String section = value.getKey().substring(0, dot);
      JsonNode there = root.get(section);
      ObjectNode into = there instanceof ObjectNode object ? object : root.putObject(section);
      into.set(value.getKey().substring(dot + 1), MAPPER.readTree(value.getValue()));
    }
    @Nullable JsonNode found;
    try {
      found = MAPPER.readTree(edited);
    } catch (IOException e) {
      found = null;
    }
    if (!root.equals(found)) {
      throw new TuneException(
          "the file is written in a way that cannot be edited without changing something else;"
              + " paste the lines by hand");
    }
  }

  /** The values as lines for the user to paste. */
  static String lines(Map<String, String> values) {
    StringBuilder lines = new StringBuilder();
    String open = "";
    for (Map.Entry<String, String> value : values.entrySet()) {
      int dot = value.getKey().indexOf('.');
      String section = value.getKey().substring(0, dot);
      if (!section.equals(open)) {
        lines.append(section).append(":\n");
        open = section;
      }
      lines
          .append(INDENTATION)
          .append(value.getKey().substring(dot + 1))
          .append(": ")
          .append(value.getValue())
          .append('\n');
    }
    return lines.toString();
  }
}

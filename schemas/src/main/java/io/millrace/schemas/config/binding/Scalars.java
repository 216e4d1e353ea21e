package io.millrace.schemas.config.binding;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads and checks single values of the file. */
public final class Scalars {
  private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h|d)");
  private static final int SHOWN = 80;

  private Scalars() {}

  /** Either a value, or the problem with it. */
  record ScalarResult(@Nullable Object value, @Nullable String problem) {
    static ScalarResult of(Object value) {
      return new ScalarResult(value, null);
    }

    static ScalarResult wrong(JsonNode node, String expected) {
      return new ScalarResult(null, found(node) + ", expected " + expected);
    }
  }

  static ScalarResult convert(JsonNode node, Class<?> type) {
    if (type == String.class) {
      return node.isValueNode() && !node.isNull()
          ? ScalarResult.of(node.asText())
          : ScalarResult.wrong(node, "a text");
    } else if (type == boolean.class || type == Boolean.class) {
      return node.isBoolean()
          ? ScalarResult.of(node.booleanValue())
          : ScalarResult.wrong(node, "true or false");
    } else if (type == int.class || type == Integer.class) {
      return isWhole(node) && node.canConvertToInt()
          ? ScalarResult.of(node.intValue())
          : ScalarResult.wrong(node, "a whole number from -2147483648 to 2147483647");
    } else if (type == long.class || type == Long.class) {
      return isWhole(node) && node.canConvertToLong()
          ? ScalarResult.of(node.longValue())
          : ScalarResult.wrong(node, "a whole number");
    } else if (type == double.class || type == Double.class) {
      return node.isNumber() ? ScalarResult.of(node.doubleValue()) : number(node);
    } else if (type == Duration.class) {
      return duration(node);
    } else if (type == Instant.class) {
      return instant(node);
    }
    return constant(node, type);
  }

  private static boolean isWhole(JsonNode node) {
    return node.isIntegralNumber();
  }

  /** YAML 1.1 reads 1e-3 as text, since it has no dot. */
  private static ScalarResult number(JsonNode node) {
    if (node.isTextual() && node.textValue().matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)[eE][+-]?\\d+")) {
      return ScalarResult.of(Double.parseDouble(node.textValue()));
    }
    return ScalarResult.wrong(node, "a number");
  }

  private static ScalarResult duration(JsonNode node) {
    String expected = "a duration like 500ms, 1s, 10m, 1h or PT1.5S";
    if (!node.isTextual()) {
      return ScalarResult.wrong(node, expected);
    }
    Matcher matcher = SHORT_DURATION.matcher(node.textValue().trim());
    try {
      if (!matcher.matches()) {
        return ScalarResult.of(Duration.parse(node.textValue().trim()));
      }
      long count = Long.parseLong(matcher.group(1));
      return ScalarResult.of(
          switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
          });
    } catch (DateTimeException | ArithmeticException e) {
      return ScalarResult.wrong(node, expected);
    }
  }

  private static ScalarResult instant(JsonNode node) {
    try {
      return ScalarResult.of(Instant.parse(node.asText()));
    } catch (DateTimeException e) {
      return ScalarResult.wrong(node, "a time like 2026-01-31T00:00:00Z");
    }
  }

  private static ScalarResult constant(JsonNode node, Class<?> type) {
    List<String> names = constants(type);
    int index = node.isTextual() ? names.indexOf(node.textValue().toLowerCase(Locale.ROOT)) : -1;
    if (index >= 0) {
      return ScalarResult.of(type.getEnumConstants()[index]);
    }
    String near = node.isTextual() ? KeySuggestions.nearest(node.textValue(), names) : "";
    String hint = near.isEmpty() ? "" : "; did you mean " + near + "?";
    return new ScalarResult(null, found(node) + ", allowed are " + String.join(", ", names) + hint);
  }

  /** As written in the file. */
  public static List<String> constants(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
        .toList();
  }

  /** For messages. */
  static String found(JsonNode node) {
    if (node instanceof Secrets.Secret) {
      return "found a text from a file or variable (hidden)";
    }
    return switch (node.getNodeType()) {
      case OBJECT -> "found keys with values";
      case ARRAY -> "found a list";
      case STRING -> "found the text '" + shortened(node.textValue()) + "'";
      case NULL, MISSING -> "found nothing";
      default -> "found " + shortened(node.asText());
    };
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  /**
   * Replaces a required value that is missing or wrong while the rest of its section is checked.
   */
  static @Nullable Object placeholder(Type type) {
    if (type == String.class) {
      return "placeholder";
    } else if (type == int.class || type == long.class) {
      return 1;
    } else if (type == double.class) {
      return 1.0;
    } else if (type instanceof ParameterizedType generic) {
      return generic.getRawType() == List.class ? List.of() : Map.of();
    }
    return null;
  }
}

package io.millrace.schemas.config.binding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Settings from outside the file. Each is a path and a value in YAML. {@code --set} overrides the
 * environment, which overrides the file.
 *
 * <p>{@code MILLRACE_TRAINING__LEARNING_RATE=0.1} is {@code training.learning_rate: 0.1}: two
 * underscores separate the levels, numbers are indices of a list. Below {@code kafka}, one
 * underscore is a dot, since Kafka's properties contain dots only. In {@code --set
 * kafka.bootstrap.servers=host:9092}, everything after {@code kafka.} is the property.
 */
public final class Overrides {
  private static final String PREFIX = "MILLRACE_";
  // Read by the start script, not by the configuration.
  private static final Set<String> NOT_SETTINGS = Set.of("MILLRACE_OPTS");

  private final ObjectNode root;
  private final List<ConfigException.Problem> problems = new ArrayList<>();
  private final Map<String, String> sources = new HashMap<>();

  public Overrides(ObjectNode root) {
    this.root = root;
  }

  public List<ConfigException.Problem> problems() {
    return problems;
  }

  /** The problem with the name of the override that it comes from, if there is one. */
  public ConfigException.Problem traced(ConfigException.Problem problem) {
    String source = sources.get(problem.key().replaceAll("\\[(\\d+)]", ".$1"));
    return source == null
        ? problem
        : new ConfigException.Problem(problem.key(), problem.text() + " (from " + source + ")");
  }

  public void applyEnvironment(Map<String, String> environment) {
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (name.startsWith(PREFIX) && !NOT_SETTINGS.contains(name)) {
                String path = name.substring(PREFIX.length()).toLowerCase(Locale.ROOT);
                apply(environmentPath(path), value, name);
              }
            });
  }

  private static List<String> environmentPath(String path) {
    List<String> names = new ArrayList<>(Arrays.asList(path.split("__", -1)));
    if (names.size() > 1 && names.get(0).equals("kafka")) {
      return List.of("kafka", String.join("_", names.subList(1, names.size())).replace('_', '.'));
    }
    return names;
  }

  public void applySets(List<String> sets) {
    for (String set : sets) {
      int equals = set.indexOf('=');
      if (equals <= 0) {
        problems.add(
            new ConfigException.Problem(
                "--set " + set.replaceFirst("[:\\s].*", "…"),
                "expected --set key=value, for example --set training.seed=7"));
      } else {
        String key = set.substring(0, equals);
        apply(setPath(key), set.substring(equals + 1), "--set " + key);
      }
    }
  }

  private static List<String> setPath(String key) {
    if (key.startsWith("kafka.")) {
      return List.of("kafka", key.substring("kafka.".length()));
    }
    return Arrays.asList(key.replaceAll("\\[(\\d+)]", ".$1").split("\\.", -1));
  }

  private void apply(List<String> path, String value, String source) {
    sources.put(String.join(".", path), source);
    JsonNode node = root;
    for (int i = 0; i < path.size() - 1; i++) {
      node = descend(node, path.get(i));
    }
    String last = path.get(path.size() - 1);
    if (node instanceof ObjectNode section) {
      section.set(last, Yaml.parse(value));
    } else if (node instanceof ArrayNode list && isPlace(last, list)) {
      list.set(Integer.parseInt(last), Yaml.parse(value));
    } else {
      problems.add(
          new ConfigException.Problem(
              source, "there is no place '" + String.join(".", path) + "' in the configuration"));
    }
  }

  private static JsonNode descend(JsonNode node, String name) {
    if (node instanceof ArrayNode list) {
      return isPlace(name, list) ? list.get(Integer.parseInt(name)) : Yaml.parse("");
    }
    if (node instanceof ObjectNode section) {
      JsonNode child = section.get(name);
      return child == null || child.isNull() ? section.putObject(name) : child;
    }
    return node;
  }

  private static boolean isPlace(String name, ArrayNode list) {
    return name.matches("\\d{1,6}") && Integer.parseInt(name) < list.size();
  }
}

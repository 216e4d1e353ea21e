package io.millrace.schemas.config.binding;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Creates records from a tree, and collects everything that is wrong with it. Used once.
 *
 * <p>A wrong key takes its default for the moment, so that its section and the contradictions
 * between sections are still checked. If there are problems, the result is good for those checks
 * only.
 */
public final class Binder {
  private final List<ConfigException.Problem> problems = new ArrayList<>();
  private final KeySuggestions suggestions;

  public Binder(KeySuggestions suggestions) {
    this.suggestions = suggestions;
  }

  /** In the order of the file's sections. */
  public List<ConfigException.Problem> problems() {
    return problems;
  }

  /**
   * The value of a node. Empty if it is so wrong that no default can replace it; in that case there
   * is a problem.
   *
   * @param path of the node, "" for the whole file
   */
  public Optional<Object> bind(JsonNode node, Type type, String path) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      return generic.getRawType() == List.class
          ? bindList(node, arguments[0], path)
          : bindMap(node, arguments[0], arguments[1], path);
    }
    Class<?> raw = (Class<?>) type;
    if (raw.isRecord()) {
      return bindSection(node, Section.of(raw), path, false);
    }
    if (raw.isSealed() && raw.isInterface()) {
      return bindKind(node, raw, path);
    }
    Scalars.ScalarResult result = Scalars.convert(node, raw);
    if (result.problem() != null) {
      report(path, result.problem());
    }
    return Optional.ofNullable(result.value());
  }

  private Optional<Object> bindList(JsonNode node, Type element, String path) {
    if (!node.isArray()) {
      report(path, Scalars.found(node) + ", expected a list");
      return Optional.empty();
    }
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      bind(node.get(i), element, path + "[" + i + "]").ifPresent(values::add);
    }
    return Optional.of(values);
  }

  private Optional<Object> bindMap(JsonNode node, Type key, Type value, String path) {
    if (!node.isObject()) {
      report(path, Scalars.found(node) + ", expected keys with values");
      return Optional.empty();
    }
    Map<Object, Object> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String entryPath = path + "." + entry.getKey();
      Optional<Object> name = bind(Yaml.parse(entry.getKey()), key, entryPath);
      Optional<Object> bound = bind(entry.getValue(), value, entryPath);
      if (name.isPresent() && bound.isPresent()) {
        values.put(name.get(), bound.get());
      }
    }
    return Optional.of(values);
  }

  private Optional<Object> bindKind(JsonNode node, Class<?> sealed, String path) {
    Map<String, Class<?>> kinds = Section.kinds(sealed);
    if (!node.isObject()) {
      report(path, Scalars.found(node) + ", expected a section with a 'type'");
      return Optional.empty();
    }
    JsonNode type = node.get("type");
    Class<?> kind = type == null ? null : kinds.get(type.asText());
    if (kind == null) {
      String found = type == null ? "is missing" : Scalars.found(type);
      report(path + ".type", found + ", allowed are " + String.join(", ", kinds.keySet()));
      return Optional.empty();
    }
    return bindSection(node, Section.of(kind), path, true);
  }

  private Optional<Object> bindSection(JsonNode node, Section section, String path, boolean typed) {
    if (!node.isObject()) {
      report(
          path,
          Scalars.found(node) + ", expected a section with " + String.join(", ", section.names()));
      return Optional.empty();
    }
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!section.names().contains(name) && !(typed && name.equals("type"))) {
        report(
            join(path, name), "unknown key" + suggestions.near(join(path, name), section.names()));
      }
    }
    @Nullable Object[] arguments = new Object[section.keys().size()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = argument(node, section.keys().get(i), path);
    }
    return construct(section, arguments, path);
  }

  private @Nullable Object argument(JsonNode node, Section.SettingKey key, String path) {
    JsonNode found = node.get(key.name());
    if (found == null || found.isNull()) {
      if (key.isRequired()) {
        report(join(path, key.name()), "is missing: " + key.setting().value());
      }
      return substitute(key);
    }
    return bind(found, key.type(), join(path, key.name())).orElseGet(() -> substitute(key));
  }

  /** The replacement of a key that is absent or wrong. */
  private @Nullable Object substitute(Section.SettingKey key) {
    if (key.isOptional()) {
      return null;
    }
    if (key.isRequired()) {
      return Scalars.placeholder(key.type());
    }
    return new Binder(suggestions).bind(Section.defaultOf(key), key.type(), "").orElseThrow();
  }

  /**
   * Tries again without the refused values, since a section may refuse several values one after the
   * other.
   */
  private Optional<Object> construct(Section section, @Nullable Object[] arguments, String path) {
    for (int attempt = 0; attempt <= arguments.length; attempt++) {
      try {
        return Optional.of(section.create(arguments));
      } catch (InvocationTargetException e) {
        if (!(e.getCause() instanceof ConfigException refused)) {
          return Optional.empty(); // The placeholder of a missing value was refused.
        }
        for (ConfigException.Problem problem : refused.problems()) {
          int key = section.indexOf(problem.key());
          if (key < 0 || !isEmptied(arguments[key], join(path, problem.key()))) {
            report(join(path, problem.key()), problem.text());
          }
          if (key >= 0) {
            arguments[key] = substitute(section.keys().get(key));
          }
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(section.type() + " cannot be made", e);
      }
    }
    return Optional.empty();
  }

  /** Whether a list is empty only because all its elements are wrong. */
  private boolean isEmptied(@Nullable Object value, String path) {
    return value instanceof List<?> list
        && list.isEmpty()
        && problems.stream().anyMatch(known -> known.key().startsWith(path + "["));
  }

  /** Adds a problem, unless it follows from a known one. */
  private void report(String path, String text) {
    boolean follows =
        problems.stream()
            .anyMatch(known -> path.equals(known.key()) || path.startsWith(known.key() + "."));
    if (!follows) {
      problems.add(new ConfigException.Problem(path, text));
    }
  }

  public static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}

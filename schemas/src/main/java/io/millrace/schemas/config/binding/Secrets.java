package io.millrace.schemas.config.binding;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces {@code ${file:/run/secrets/x}} and {@code ${env:NAME}} in texts, and keeps these values,
 * and everything that looks like a secret, out of messages.
 */
public final class Secrets {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{(file|env):([^}]*)}");
  private static final Pattern SECRET_KEY =
      Pattern.compile("password|secret|token|jaas|credential|\\.key$|keystore\\.key");
  private static final String HIDDEN = "(hidden)";

  /** A text that must not appear in any message. */
  static final class Secret extends TextNode {
    private static final long serialVersionUID = 1L;

    private Secret(String text) {
      super(text);
    }
  }

  private final Path directory;
  private final Map<String, String> environment;
  private final List<String> values = new ArrayList<>();
  private final List<ConfigException.Problem> problems = new ArrayList<>();

  /**
   * @param directory where relative paths start
   */
  public Secrets(Path directory, Map<String, String> environment) {
    this.directory = directory;
    this.environment = environment;
  }

  public List<ConfigException.Problem> problems() {
    return problems;
  }

  /**
   * Whether a reference at this path could not be resolved, which explains further problems with
   * it.
   */
  public boolean isMissingAt(String path) {
    return problems.stream().anyMatch(problem -> problem.key().equals(path));
  }

  /** Replaces references in every text below the node. */
  public JsonNode resolve(JsonNode node, String path) {
    if (node instanceof ObjectNode section) {
      for (Map.Entry<String, JsonNode> entry : section.properties()) {
        entry.setValue(resolve(entry.getValue(), Binder.join(path, entry.getKey())));
      }
    } else if (node instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        list.set(i, resolve(list.get(i), path + "[" + i + "]"));
      }
    } else if (node.isTextual() && node.textValue().contains("${")) {
      return new Secret(resolveText(node.textValue(), path));
    }
    return node;
  }

  private String resolveText(String text, String path) {
    return REFERENCE
        .matcher(text)
        .replaceAll(
            match -> Matcher.quoteReplacement(lookUp(match.group(1), match.group(2), path)));
  }

  private String lookUp(String kind, String name, String path) {
    try {
      String value =
          kind.equals("env")
              ? environment.get(name)
              : Files.readString(directory.resolve(name), UTF_8);
      if (value != null) {
        String secret = value.stripTrailing();
        values.add(secret);
        return secret;
      }
      problems.add(
          new ConfigException.Problem(
              path, "refers to the environment variable " + name + ", which is not set"));
    } catch (IOException | InvalidPathException e) {
      problems.add(
          new ConfigException.Problem(
              path, "refers to the file " + name + ", which cannot be read (" + e + ")"));
    }
    return "";
  }

  /** The message without secrets. */
  public ConfigException.Problem redact(ConfigException.Problem problem) {
    String text = problem.text();
    for (String value : values) {
      text = value.isEmpty() ? text : text.replace(value, HIDDEN);
    }
    return new ConfigException.Problem(problem.key(), text);
  }

  /** Client properties without secrets, for printing. */
  public static Map<String, String> redact(Map<String, String> properties) {
    Map<String, String> printable = new TreeMap<>(properties);
    printable.replaceAll(
        (key, value) -> SECRET_KEY.matcher(key.toLowerCase(Locale.ROOT)).find() ? HIDDEN : value);
    return printable;
  }
}

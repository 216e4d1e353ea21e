package io.millrace.trainer.graph;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Which initializers are trained, by patterns of their names in which {@code *} stands for any
 * text.
 *
 * @param trainable if not empty, the float initializers that match are the parameters, whatever
 *     their use; if empty, the use decides
 * @param frozen initializers that match never change; frozen statistics of a BatchNormalization are
 *     used, not updated
 */
public record ParameterSelection(List<String> trainable, List<String> frozen) {
  public ParameterSelection {
    trainable = List.copyOf(trainable);
    frozen = List.copyOf(frozen);
  }

  /** Selects parameters by their use alone. */
  public static ParameterSelection byUse() {
    return new ParameterSelection(List.of(), List.of());
  }

  static boolean matches(String pattern, String name) {
    StringBuilder regex = new StringBuilder();
    for (String literal : pattern.split("\\*", -1)) {
      regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(literal));
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(name).matches();
  }

  static boolean anyMatches(List<String> patterns, String name) {
    return patterns.stream().anyMatch(pattern -> matches(pattern, name));
  }
}

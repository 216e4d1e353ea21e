package io.millrace.schemas.config.binding;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds the known key for a misspelt or misplaced one. */
public final class KeySuggestions {
  private final List<String> paths = new ArrayList<>();

  public KeySuggestions(Class<?> root) {
    collect(root, "");
  }

  private void collect(Type type, String path) {
    if (type instanceof ParameterizedType || !((Class<?>) type).isRecord()) {
      return;
    }
    for (Section.SettingKey key : Section.of((Class<?>) type).keys()) {
      String keyPath = Binder.join(path, key.name());
      paths.add(keyPath);
      collect(key.type(), keyPath);
    }
  }

  /** Paths of keys with a fixed place, without the contents of lists and kinds. */
  List<String> paths() {
    return paths;
  }

  /**
   * The end of a message: the nearest key in the same section, or the same key elsewhere, and all
   * allowed keys.
   */
  String near(String path, List<String> siblings) {
    String name = path.substring(path.lastIndexOf('.') + 1);
    String nearest = nearest(name, siblings);
    if (nearest.isEmpty()) {
      nearest = paths.stream().filter(known -> known.endsWith("." + name)).findFirst().orElse("");
    }
    String allowed = "; allowed are " + String.join(", ", siblings);
    return nearest.isEmpty() ? allowed : "; did you mean " + nearest + "?" + allowed;
  }

  /** The candidate with the fewest edits, or "" if none is similar. */
  static String nearest(String word, Collection<String> candidates) {
    var distance = LevenshteinDistance.getDefaultInstance();
    if (word.length() > 100) {
      return "";
    }
    return candidates.stream()
        .filter(candidate -> distance.apply(word, candidate) <= Math.max(2, candidate.length() / 3))
        .min(Comparator.comparing(candidate -> distance.apply(word, candidate)))
        .orElse("");
  }
}

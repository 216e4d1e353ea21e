package io.millrace.schemas.features.decoding;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a record that a pipeline reads, as a tree along the dots of their paths. */
public final class Fields {
  /** A part of a path. */
  static final class FieldNode {
    private final Map<String, FieldNode> children = new HashMap<>();
    @Nullable FieldValue value;

    @Nullable FieldNode child(String name) {
      return children.get(name);
    }

    boolean hasChildren() {
      return !children.isEmpty();
    }
  }

  private final FieldNode root = new FieldNode();
  private final Map<String, FieldValue> byPath = new HashMap<>();
  private final List<FieldValue> all = new ArrayList<>();

  /** The value at a path like {@code customer.age}; the same object for the same path. */
  public FieldValue at(String path) {
    FieldValue known = byPath.get(path);
    if (known != null) {
      return known;
    }
    var value = new FieldValue(path);
    FieldNode node = root;
    for (String name : path.split("\\.", -1)) {
      node = node.children.computeIfAbsent(name, absent -> new FieldNode());
    }
    node.value = value;
    byPath.put(path, value);
    all.add(value);
    return value;
  }

  FieldNode root() {
    return root;
  }

  /** The value at a whole path, for formats without nesting. */
  @Nullable FieldValue find(String path) {
    return byPath.get(path);
  }

  /** All values, in the order of the first {@link #at} calls. */
  List<FieldValue> all() {
    return all;
  }

  public void clear() {
    for (int i = 0; i < all.size(); i++) {
      all.get(i).clear();
    }
  }
}

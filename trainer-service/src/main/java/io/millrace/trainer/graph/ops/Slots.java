package io.millrace.trainer.graph.ops;

import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of a graph by number, as known when it is parsed: name, type, and value if constant.
 */
public final class Slots {
  private final Map<String, Integer> byName = new HashMap<>();
  private final List<DataType> types = new ArrayList<>();
  private final List<@Nullable HostTensor> constants = new ArrayList<>();
  private final List<@Nullable HostInts> ints = new ArrayList<>();
  private final Map<Integer, HostTensor> initial = new HashMap<>();
  private final List<Boolean> onHost = new ArrayList<>();
  private int cacheCount;

  /** A value that is known only when the graph runs, on the device. */
  public int add(String name, DataType type) {
    return add(name, type, null, false);
  }

  /** A constant. */
  public int addConstant(String name, HostTensor value) {
    return add(name, value.type(), value, !value.isFloat());
  }

  /** A weight or a statistic, which has a value but may change. */
  public int addWeight(String name, HostTensor value) {
    int slot = add(name, value.type());
    initial.put(slot, value);
    return slot;
  }

  int addOnHost(String name, DataType type) {
    return add(name, type, null, true);
  }

  private int add(String name, DataType type, @Nullable HostTensor value, boolean host) {
    int slot = types.size();
    if (!name.isEmpty() && byName.put(name, slot) != null) {
      throw new GraphException(
          "two values are named '" + name + "'; every value of an ONNX graph has its own name");
    }
    types.add(type);
    constants.add(value);
    ints.add(value != null && host ? HostInts.of(value) : null);
    onHost.add(host);
    return slot;
  }

  /** The slot of this name; null if there is none yet. */
  public @Nullable Integer find(String name) {
    return byName.get(name);
  }

  /** The element type of the slot. */
  public DataType type(int slot) {
    return types.get(slot);
  }

  boolean onHost(int slot) {
    return onHost.get(slot);
  }

  @Nullable HostInts ints(int slot) {
    return ints.get(slot);
  }

  @Nullable HostTensor constant(int slot) {
    return constants.get(slot);
  }

  @Nullable HostTensor initial(int slot) {
    HostTensor constant = constants.get(slot);
    return constant != null ? constant : initial.get(slot);
  }

  int addCache() {
    return cacheCount++;
  }

  /** How many values kernels keep from step to step. */
  public int cacheCount() {
    return cacheCount;
  }

  /** By slot, the constant there; null elsewhere. */
  public List<@Nullable HostTensor> constants() {
    return constants;
  }

  /** By slot, the integers known before any pass; null elsewhere. */
  public @Nullable HostInts[] knownInts() {
    return ints.toArray(new HostInts[0]);
  }
}

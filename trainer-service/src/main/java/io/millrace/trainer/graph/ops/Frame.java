package io.millrace.trainer.graph.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.millrace.trainer.torch.Torch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The values of one forward pass, by slot. Everything set here belongs to the scope and is freed
 * with it; weights and constants keep their owners.
 */
public final class Frame {
  private final Residents residents;
  private final PtNDManager scope;
  private final @Nullable PtNDArray[] arrays;
  private final @Nullable HostInts[] hosts;
  private final boolean training;
  private final long seed;

  /**
   * @param hosts by slot, the integers known before the pass; null elsewhere
   * @param seed of this pass's random numbers
   */
  public Frame(
      Residents residents,
      PtNDManager scope,
      @Nullable HostInts[] hosts,
      boolean training,
      long seed) {
    this.residents = residents;
    this.scope = scope;
    this.arrays = residents.arrays.clone();
    this.hosts = hosts.clone();
    this.training = training;
    this.seed = seed;
  }

  boolean training() {
    return training;
  }

  long seed() {
    return seed;
  }

  PtNDManager scope() {
    return scope;
  }

  /** The value of the slot as an array on the device. */
  public PtNDArray array(int slot) {
    PtNDArray array = arrays[slot];
    return array != null ? array : load(slot);
  }

  private PtNDArray load(int slot) {
    HostInts host = hosts[slot];
    PtNDArray array =
        host != null && !residents.isConstant(slot)
            ? Residents.upload(scope, host.toTensor())
            : residents.constant(slot);
    arrays[slot] = array;
    return array;
  }

  /** The integers of the slot; waits for the device if they are not known on the host. */
  HostInts host(int slot) {
    HostInts host = hosts[slot];
    if (host == null) {
      host = HostInts.of(value(slot));
      hosts[slot] = host;
    }
    return host;
  }

  /** The value of the slot, copied from the device. */
  HostTensor value(int slot) {
    return Residents.download(array(slot));
  }

  void set(int slot, HostInts value) {
    hosts[slot] = value;
  }

  /** Sets a slot to an array that this pass allocated. */
  void set(int slot, PtNDArray made) {
    arrays[slot] = own(made);
  }

  /**
   * Sets a slot to an array that may be an input, a weight or a constant. The array keeps its
   * owner.
   */
  public void lend(int slot, PtNDArray array) {
    arrays[slot] = array;
  }

  /** Sets a slot to a view of an array that may have any manager; both become the scope's. */
  public void put(int slot, PtNDArray made, Shape shape) {
    PtNDArray flat = own(made);
    arrays[slot] = shape.dimension() == 1 ? flat : Torch.reshape(flat, shape.getShape());
  }

  /** The value of an output, owned by the scope: never a weight or an input itself. */
  public PtNDArray output(int slot) {
    return scoped(array(slot));
  }

  /** Hands the arrays of this pass over to the residents, for nodes that run once. */
  public void keepIn(Residents kept) {
    for (int slot = 0; slot < arrays.length; slot++) {
      PtNDArray array = arrays[slot];
      if (array != null && kept.arrays[slot] == null) {
        kept.keep(slot, array);
      }
    }
  }

  /**
   * Attaches an array that this pass allocated to the scope. DJL attaches it to the manager of its
   * first operand.
   */
  PtNDArray own(PtNDArray made) {
    if (made.getManager() != scope) {
      made.attach(scope);
    }
    return made;
  }

  /**
   * The array or, if the scope does not own it, a view of it that the scope owns: for methods of
   * DJL that attach their intermediate arrays to the manager of their operand.
   */
  PtNDArray scoped(PtNDArray array) {
    return array.getManager() == scope
        ? array
        : own(Torch.reshape(array, array.getShape().getShape()));
  }

  PtNDArray upload(HostTensor value) {
    return Residents.upload(scope, value);
  }

  /** Whether the slot is a statistic that the graph keeps from step to step. */
  boolean isBuffer(int slot) {
    return residents.arrays[slot] != null && !residents.isConstant(slot);
  }

  PtNDArray cached(int id, long[] key, Supplier<HostTensor> make) {
    return residents.cached(id, key, make);
  }

  PtNDArray zeros(Shape shape, DataType type) {
    return (PtNDArray) scope.zeros(shape, type);
  }

  PtNDArray convert(PtNDArray array, DataType type) {
    return own(Torch.to(array, type, scope.getDevice()));
  }
}

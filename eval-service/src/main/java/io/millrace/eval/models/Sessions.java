package io.millrace.eval.models;

import io.millrace.eval.models.Model.UnusableException;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.store.CorruptFileException;
import io.millrace.schemas.store.StoreException;
import io.millrace.schemas.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Open models: those that are kept, and a few that were used last. Opens a model when it is first
 * requested, owns it and closes it. Confined to the scoring thread, except {@link #open}, which any
 * thread may call.
 */
public final class Sessions implements AutoCloseable {
  /** A checkpoint that cannot be scored with, and the reason. */
  public record Refusal(CheckpointId id, String reason) {}

  private static final Logger log = LoggerFactory.getLogger(Sessions.class);
  private static final long RETRY_NANOS = 1_000_000_000L;
  private static final long PENDING_NANOS = 20_000_000L;

  private final Function<Checkpoint, Model> opener;
  private final int others;
  private final Clock clock;
  private final Map<CheckpointId, Model> models = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<CheckpointId, Refusal> refused = new HashMap<>();
  private final Map<CheckpointId, Long> retryAtNanos = new HashMap<>();
  private final Set<CheckpointId> pending = new HashSet<>();
  private final List<Refusal> unreported = new ArrayList<>();
  private Set<CheckpointId> kept = Set.of();
  private volatile int open;

  /**
   * @param opener reads a checkpoint's file and opens the model; throws {@link UnusableException},
   *     {@link StoreException} or {@link ModelFetches.NotYetException}
   * @param others the most models that are open in addition to those that are {@link #keep kept},
   *     >= 1
   */
  public Sessions(Function<Checkpoint, Model> opener, int others, Clock clock) {
    this.opener = opener;
    this.others = others;
    this.clock = clock;
  }

  /**
   * Sets the models that stay open once they are opened. Of the others, the least recently used is
   * closed first.
   */
  public void keep(Set<CheckpointId> ids) {
    kept = Set.copyOf(ids);
    evict(null);
  }

  /**
   * The checkpoint's model, opened if necessary; empty if it cannot be scored with now, or at all.
   * It stays open at least until the next call.
   */
  public Optional<Model> tryGet(Checkpoint checkpoint) {
    CheckpointId id = CheckpointId.of(checkpoint.getId());
    Model known = models.get(id);
    if (known != null) {
      return Optional.of(known);
    }
    Long retryAt = retryAtNanos.get(id);
    if (refused.containsKey(id) || (retryAt != null && clock.nanos() - retryAt < 0)) {
      return Optional.empty();
    }
    pending.remove(id);
    try {
      Model model = opener.apply(checkpoint);
      models.put(id, model);
      evict(id);
      return Optional.of(model);
    } catch (UnusableException | CorruptFileException e) {
      refuse(id, String.valueOf(e.getMessage()));
    } catch (Model.OutOfMemoryException e) {
      // closing the models that are not kept frees memory for the next attempt
      retryAtNanos.put(id, clock.nanos() + RETRY_NANOS);
      unreported.add(new Refusal(id, "out of memory: " + e.getMessage()));
      closeOthers();
    } catch (ModelFetches.NotYetException e) {
      retryAtNanos.put(id, clock.nanos() + PENDING_NANOS);
      pending.add(id);
    } catch (StoreException e) {
      retryAtNanos.put(id, clock.nanos() + RETRY_NANOS);
      unreported.add(new Refusal(id, "will be tried again: " + e.getMessage()));
    }
    return Optional.empty();
  }

  /** Whether the checkpoint was refused for good. */
  public boolean isRefused(CheckpointId id) {
    return refused.containsKey(id);
  }

  /** Whether its file was being read from the store when the model was last requested. */
  public boolean isPending(CheckpointId id) {
    return pending.contains(id);
  }

  /** Closes a model that failed, and refuses it for good. */
  public void refuse(CheckpointId id, String reason) {
    Refusal refusal = new Refusal(id, reason);
    refused.put(id, refusal);
    unreported.add(refusal);
    log.atWarn()
        .addKeyValue("checkpoint", id)
        .addKeyValue("reason", reason)
        .log("checkpoint cannot be scored with, skipped");
    Model model = models.remove(id);
    if (model != null) {
      model.close();
    }
    open = models.size();
  }

  /** Forgets a checkpoint that was withdrawn. */
  public void forget(CheckpointId id) {
    refused.remove(id);
    retryAtNanos.remove(id);
    pending.remove(id);
    if (!kept.contains(id)) {
      Model model = models.remove(id);
      if (model != null) {
        model.close();
      }
      open = models.size();
    }
  }

  /** The refusals since the last call. */
  public List<Refusal> takeRefusals() {
    List<Refusal> taken = List.copyOf(unreported);
    unreported.clear();
    return taken;
  }

  /** The number of open models. */
  public int open() {
    return open;
  }

  private void closeOthers() {
    models
        .entrySet()
        .removeIf(
            entry -> {
              if (kept.contains(entry.getKey())) {
                return false;
              }
              entry.getValue().close();
              return true;
            });
    open = models.size();
  }

  private void evict(@Nullable CheckpointId used) {
    long excess = models.keySet().stream().filter(id -> !kept.contains(id)).count() - others;
    Iterator<Map.Entry<CheckpointId, Model>> eldestFirst = models.entrySet().iterator();
    while (excess > 0 && eldestFirst.hasNext()) {
      Map.Entry<CheckpointId, Model> entry = eldestFirst.next();
      if (!kept.contains(entry.getKey()) && !entry.getKey().equals(used)) {
        entry.getValue().close();
        eldestFirst.remove();
        excess--;
      }
    }
    open = models.size();
  }

  @Override
  public void close() {
    models.values().forEach(Model::close);
    models.clear();
    open = 0;
  }
}

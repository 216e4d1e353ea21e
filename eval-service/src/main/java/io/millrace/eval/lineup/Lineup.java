package io.millrace.eval.lineup;

import io.millrace.eval.models.Sessions;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.promotions.InUse;
import io.millrace.schemas.promotions.Pins;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Promotion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which checkpoints are scored: the latest one at each moment, the champion, the checkpoint that it
 * replaced, checkpoints on trial and pinned checkpoints. Applies announcements and decisions in the
 * order of their topics. Confined to the scoring thread.
 */
public final class Lineup {
  /**
   * A checkpoint that is scored on every sample.
   *
   * @param against the model whose loss its loss is compared with: the champion's id, empty for the
   *     prior baseline, null for no comparison
   */
  public record Fixed(AnnouncedCheckpoint announced, @Nullable String against) {}

  private final Pins pins;
  private final boolean rollback;
  private final CheckpointHistory history = new CheckpointHistory();
  private final Map<CheckpointId, AnnouncedCheckpoint> announced = new LinkedHashMap<>();
  private final Set<CheckpointId> hidden = new LinkedHashSet<>();
  private InUse inUse = InUse.NONE;

  public Lineup(Pins pins, boolean rollback) {
    this.pins = pins;
    this.rollback = rollback;
  }

  public void onAnnounced(AnnouncedCheckpoint checkpoint) {
    announced.put(checkpoint.id(), checkpoint);
    history.add(checkpoint);
  }

  public void onWithdrawn(CheckpointId id) {
    announced.remove(id);
    hidden.remove(id);
    history.remove(id);
  }

  public void onDecided(Promotion decision) {
    inUse = inUse.after(decision);
  }

  /** The checkpoints from which the online series chooses. */
  public CheckpointHistory history() {
    return history;
  }

  /**
   * Leaves a checkpoint out of the history until {@link #reveal}, because it could not be opened.
   */
  public void hide(CheckpointId id) {
    hidden.add(id);
    history.remove(id);
  }

  /** Returns hidden checkpoints to the history, in their order, if they can be tried again. */
  public void reveal(Sessions sessions) {
    if (hidden.removeIf(id -> !sessions.isRefused(id))) {
      List<AnnouncedCheckpoint> all = new ArrayList<>(announced.values());
      all.removeIf(checkpoint -> hidden.contains(checkpoint.id()));
      all.forEach(history::add);
    }
  }

  public Optional<AnnouncedCheckpoint> newest() {
    return Optional.ofNullable(history.newest());
  }

  /** The checkpoint in force; empty if there is none, or if it is not announced. */
  public Optional<AnnouncedCheckpoint> champion() {
    return CheckpointId.tryOf(inUse.champion()).map(announced::get);
  }

  /** The checkpoints that are scored on every sample, each once. */
  public List<Fixed> fixed() {
    Set<CheckpointId> ids = new LinkedHashSet<>();
    champion().ifPresent(champion -> ids.add(champion.id()));
    if (rollback) {
      CheckpointId.tryOf(inUse.replaced()).ifPresent(ids::add);
    }
    inUse.onTrial().stream()
        .flatMap(id -> CheckpointId.tryOf(id).stream())
        .sorted()
        .forEach(ids::add);
    ids.addAll(new TreeSet<>(pins.ids(checkpoints())));
    List<Fixed> fixed = new ArrayList<>();
    for (CheckpointId id : ids) {
      AnnouncedCheckpoint known = announced.get(id);
      if (known != null) {
        fixed.add(new Fixed(known, against(id.text())));
      }
    }
    return fixed;
  }

  private @Nullable String against(String id) {
    boolean compared =
        !id.equals(inUse.champion())
            && (inUse.onTrial().contains(id) || (rollback && id.equals(inUse.replaced())));
    return compared ? inUse.champion() : null;
  }

  private List<Checkpoint> checkpoints() {
    return announced.values().stream().map(AnnouncedCheckpoint::checkpoint).toList();
  }
}

package io.millrace.eval.dashboard.live;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The checkpoints announced last, and their first estimates. Not thread-safe. */
final class RecentCheckpoints {
  private final BoundedMap<CheckpointId, CheckpointEntry> entries =
      new BoundedMap<>(Bounds.CHECKPOINTS);
  private final BoundedMap<CheckpointId, PastScores> past =
      new BoundedMap<>(2 * Bounds.CHECKPOINTS);
  private final BoundedMap<CheckpointId, Long> verdictMs = new BoundedMap<>(2 * Bounds.CHECKPOINTS);
  private long announced;
  private long version;
  private @Nullable Checkpoint latest;

  private record CheckpointEntry(Checkpoint checkpoint, long announcedMs, boolean deleted) {}

  /**
   * A first estimate: scores on holdout samples from before the lineage, not comparable with other
   * scores.
   */
  record PastScores(long count, Map<String, Double> metrics) {}

  /** The offset of one partition below which samples may have trained the checkpoint. */
  record LineagePlace(String topic, int partition, long offset) {}

  /**
   * A checkpoint in the API.
   *
   * @param past the first estimate; null if there is none yet
   * @param verdictMs time to verdict; null if this process did not observe it
   * @param decision null if there is none yet
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record CheckpointView(
      String id,
      long step,
      long announcedMs,
      long samplesTrained,
      long samplesPoisoned,
      long trainLogOffset,
      List<LineagePlace> lineage,
      double trainLoss,
      double learningRate,
      long modelBytes,
      boolean deleted,
      @Nullable PastScores past,
      @Nullable Long verdictMs,
      String role,
      DecisionList.@Nullable DecisionView decision) {}

  void onAnnounced(CheckpointId id, Checkpoint checkpoint, long announcedMs, long version) {
    this.version = version;
    announced++;
    latest = checkpoint;
    entries.renew(id, new CheckpointEntry(checkpoint, announcedMs, false));
  }

  void onDeleted(CheckpointId id, long version) {
    CheckpointEntry entry = entries.get(id);
    if (entry != null) {
      this.version = version;
      entries.put(id, new CheckpointEntry(entry.checkpoint(), entry.announcedMs(), true));
    }
  }

  void onRing(CheckpointId id, Evaluation ring, long version) {
    this.version = version;
    past.renew(id, new PastScores(ring.getSums().getCount(), Map.copyOf(ring.getMetricsMap())));
  }

  /** Sets the time to verdict. */
  void onVerdict(CheckpointId id, long ms) {
    verdictMs.put(id, ms);
  }

  @Nullable Checkpoint find(CheckpointId id) {
    CheckpointEntry entry = entries.get(id);
    return entry == null ? null : entry.checkpoint();
  }

  /** When it was announced, epoch ms; 0 if unknown. */
  long announcedMs(CheckpointId id) {
    CheckpointEntry entry = entries.get(id);
    return entry == null ? 0 : entry.announcedMs();
  }

  @Nullable Checkpoint latest() {
    return latest;
  }

  /** Newest first. */
  List<CheckpointView> newest(int limit, CheckpointRoles roles, DecisionList decisions) {
    List<CheckpointView> views = new ArrayList<>();
    List<CheckpointEntry> all = new ArrayList<>(entries.values());
    for (int i = all.size() - 1; i >= 0 && views.size() < limit; i--) {
      views.add(view(all.get(i), roles, decisions));
    }
    return views;
  }

  private CheckpointView view(
      CheckpointEntry entry, CheckpointRoles roles, DecisionList decisions) {
    Checkpoint checkpoint = entry.checkpoint();
    CheckpointId id = CheckpointId.of(checkpoint.getId());
    return new CheckpointView(
        id.text(),
        checkpoint.getStep(),
        entry.announcedMs(),
        checkpoint.getSamplesTrained(),
        checkpoint.getSamplesPoisoned(),
        checkpoint.getTrainLogOffset(),
        checkpoint.getLineage().getPartitionsList().stream()
            .map(
                place ->
                    new LineagePlace(place.getTopic(), place.getPartition(), place.getOffset()))
            .toList(),
        checkpoint.getMetrics().getLoss(),
        checkpoint.getMetrics().getLearningRate(),
        checkpoint.getModel().getSizeBytes(),
        entry.deleted(),
        past.get(id),
        verdictMs.get(id),
        roles.of(id),
        decisions.lastOf(id));
  }

  long announced() {
    return announced;
  }

  long version() {
    return version;
  }
}

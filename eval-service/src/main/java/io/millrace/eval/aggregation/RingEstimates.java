package io.millrace.eval.aggregation;

import io.millrace.eval.metrics.Tally;
import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.ScoreSums;
import java.util.TreeSet;

/**
 * First estimates of new checkpoints on the ring, per checkpoint and partition. A later estimate
 * replaces an earlier one. Confined to one thread.
 */
final class RingEstimates {
  /** Checkpoints in the store, more than a trainer keeps by default; the oldest are dropped. */
  static final int REMEMBERED = 64;

  private static final String PREFIX = "r/";

  private final LabelConfig label;
  private final StateStore store;
  private final Evaluations evaluations;
  private final TreeSet<CheckpointId> known = new TreeSet<>();

  RingEstimates(LabelConfig label, StateStore store, Evaluations evaluations) {
    this.label = label;
    this.store = store;
    this.evaluations = evaluations;
    store.each(
        PREFIX,
        ScoreSums.parser(),
        (key, ring) -> known.add(CheckpointId.of(ring.getCheckpointId())));
  }

  /** Stores an estimate and publishes the evaluation; true if it is the checkpoint's first. */
  boolean replace(ScoreSums ring) {
    CheckpointId id = CheckpointId.of(ring.getCheckpointId());
    boolean first = known.add(id);
    store.put(prefix(id) + ring.getPartition(), ring);
    Tally tally = new Tally(label);
    store.each(prefix(id), ScoreSums.parser(), (key, part) -> tally.merge(part.getSums()));
    SeriesKey series = SeriesKey.of(ring);
    Evaluation evaluation = series.evaluation().setSums(tally.toProto()).build();
    evaluations.publish(series.evaluation("0"), evaluation, first);
    while (known.size() > REMEMBERED) {
      forget(known.first());
    }
    return first;
  }

  /** Drops a checkpoint that was deleted, or is old. */
  void forget(CheckpointId id) {
    if (known.remove(id)) {
      store.each(prefix(id), ScoreSums.parser(), (key, part) -> store.delete(key));
    }
  }

  private static String prefix(CheckpointId id) {
    return PREFIX + id.text().length() + "/" + id.text() + "/";
  }
}

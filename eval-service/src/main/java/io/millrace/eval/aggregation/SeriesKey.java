package io.millrace.eval.aggregation;

import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import org.jspecify.annotations.Nullable;

/**
 * What is evaluated together: one checkpoint's scores of one kind, or the online series' scores.
 *
 * @param checkpoint null for the online series
 */
record SeriesKey(@Nullable CheckpointId checkpoint, ScoreKind kind) {
  /**
   * @throws IllegalArgumentException if the checkpoint's id cannot be one
   */
  static SeriesKey of(ScoreSums sums) {
    return new SeriesKey(
        sums.getOnline() ? null : CheckpointId.of(sums.getCheckpointId()), sums.getKind());
  }

  boolean online() {
    return checkpoint == null;
  }

  /** The key of an evaluation: of a window by its start, or another word. */
  String evaluation(String window) {
    return (checkpoint == null ? "online" : checkpoint.text()) + "/" + kind.name() + "/" + window;
  }

  Evaluation.Builder evaluation() {
    return Evaluation.newBuilder()
        .setCheckpointId(checkpoint == null ? "" : checkpoint.text())
        .setKind(kind)
        .setOnline(online())
        .setCheckpointStep(checkpoint == null ? 0 : checkpoint.step().orElse(0));
  }
}

package io.millrace.eval.aggregation;

import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import org.jspecify.annotations.Nullable;

/**
 * A series and a kind, whose scores are evaluated together.
 *
 * @param checkpoint null for the online series
 */
record SeriesKey(@Nullable CheckpointId checkpoint, ScoreKind kind) {
  /**
   * @throws IllegalArgumentException if the message has no valid checkpoint id
   */
  static SeriesKey of(ScoreSums sums) {
    return new SeriesKey(
        sums.getOnline() ? null : CheckpointId.of(sums.getCheckpointId()), sums.getKind());
  }

  boolean online() {
    return checkpoint == null;
  }

  /**
   * The key of an evaluation.
   *
   * @param window the start of the window, or another word
   */
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

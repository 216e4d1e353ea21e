package io.millrace.eval.aggregation;

import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is evaluated together: one checkpoint's scores of one kind, or the online series' scores.
 *
 * @param checkpointId empty for the online series
 */
record SeriesKey(String checkpointId, ScoreKind kind) {
  private static final Pattern STEP = Pattern.compile("([0-9]{12})-.*");

  static SeriesKey of(ScoreSums sums) {
    return new SeriesKey(sums.getOnline() ? "" : sums.getCheckpointId(), sums.getKind());
  }

  boolean online() {
    return checkpointId.isEmpty();
  }

  /** The key of an evaluation: of a window by its start, or another word. */
  String evaluation(String window) {
    return (online() ? "online" : checkpointId) + "/" + kind.name() + "/" + window;
  }

  Evaluation.Builder evaluation() {
    Matcher step = STEP.matcher(checkpointId);
    return Evaluation.newBuilder()
        .setCheckpointId(checkpointId)
        .setKind(kind)
        .setOnline(online())
        .setCheckpointStep(step.matches() ? Long.parseLong(step.group(1)) : 0);
  }
}

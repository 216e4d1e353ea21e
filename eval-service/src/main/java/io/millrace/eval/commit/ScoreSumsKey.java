package io.millrace.eval.commit;

import io.millrace.schemas.proto.ScoreSums;
import java.nio.charset.StandardCharsets;

/** {@code <checkpoint id or "online">/<kind>/<partition>}; a partition's report has no kind. */
final class ScoreSumsKey {
  private ScoreSumsKey() {}

  static byte[] of(ScoreSums sums) {
    String series = sums.getOnline() ? "online" : sums.getCheckpointId();
    return "%s/%s/%d"
        .formatted(series, sums.getKind().name(), sums.getPartition())
        .getBytes(StandardCharsets.UTF_8);
  }
}

package io.millrace.eval.scoring;

import io.millrace.eval.drift.InputTally;
import io.millrace.schemas.config.FeatureConfig;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the inputs of the online series' samples were like, per event-time window. Confined to the
 * scoring thread.
 */
final class InputHistograms {
  /*
   * For telling drift a part of the samples does: of a batch every k-th row, at most ROWS_OF_A_BATCH, and once a window has
   * ENOUGH of them only every THINNED-th of those, from all batches alike. As messages histograms are large beside the other
   * sums, so they go out once a window is not the newest any more, or after a while. In a crash those not yet sent are lost,
   * which no ledger counts.
   */
  static final int ROWS_OF_A_BATCH = 1024;
  static final int ENOUGH = 1000;
  static final int THINNED = 16;
  static final long EVERY_NANOS = 2_000_000_000L;

  private final List<FeatureConfig> features;
  private final Clock clock;
  private final Map<Long, InputTally> tallies = new HashMap<>();
  private @Nullable InputTally lastUsed;
  private long lastUsedMs;
  private long newestMs = Long.MIN_VALUE;
  private long lastNanos;
  private long passed;

  InputHistograms(List<FeatureConfig> features, Clock clock) {
    this.features = features;
    this.clock = clock;
    this.lastNanos = clock.nanos();
  }

  /** Every how many rows of a batch of this size one is to be added. */
  static int stride(int batchSize) {
    return (batchSize + ROWS_OF_A_BATCH - 1) / ROWS_OF_A_BATCH;
  }

  /** Takes in a row, or passes it over once its window has enough of them. */
  void add(long windowStartMs, Rows rows, int row) {
    newestMs = Math.max(newestMs, windowStartMs);
    InputTally tally = lastUsed;
    if (tally == null || lastUsedMs != windowStartMs) {
      tally = tallies.computeIfAbsent(windowStartMs, start -> new InputTally(features));
      lastUsed = tally;
      lastUsedMs = windowStartMs;
    }
    if (tally.count() < ENOUGH || ++passed % THINNED == 0) {
      tally.add(rows, row);
    }
  }

  /** Puts what is due onto the online series' sums of its window. */
  void attach(List<ScoreSums.Builder> online) {
    long nowNanos = clock.nanos();
    boolean due = nowNanos - lastNanos >= EVERY_NANOS;
    for (ScoreSums.Builder sums : online) {
      long start = sums.getWindowStartMs();
      InputTally tally = tallies.get(start);
      boolean fits = sums.getKind() == ScoreKind.PREQUENTIAL || sums.getKind() == ScoreKind.HOLDOUT;
      if (tally != null && fits && (due || start < newestMs)) {
        sums.addAllInputs(tally.toProto());
        tallies.remove(start);
        lastUsed = null;
      }
    }
    lastNanos = due ? nowNanos : lastNanos;
  }

  /** Forgets windows that no more sums come for, once there are too many. */
  void clear() {
    if (tallies.size() > 16) {
      tallies.clear();
      lastUsed = null;
    }
  }
}

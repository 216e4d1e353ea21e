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
 * Histograms of the inputs of the online series' samples, per event-time window. Confined to the
 * scoring thread.
 */
final class InputHistograms {
  /*
   * A part of the samples suffices to detect drift: every k-th row of a batch, at most ROWS_OF_A_BATCH, and once a window has
   * ENOUGH rows only every THINNED-th of those, from all batches alike. Compared with the other sums, histograms are large
   * messages, so they are sent when a window is no longer the newest, or after a while. A crash loses the histograms that were
   * not sent yet; no ledger counts them.
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

  /** The distance between two rows to add, for a batch of this size. */
  static int stride(int batchSize) {
    return (batchSize + ROWS_OF_A_BATCH - 1) / ROWS_OF_A_BATCH;
  }

  /** Adds a row, or skips it if its window has enough rows. */
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

  /** Attaches the histograms that are due to the online series' sums of their windows. */
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

  /** Drops all windows if there are too many: those left behind receive no more sums. */
  void clear() {
    if (tallies.size() > 16) {
      tallies.clear();
      lastUsed = null;
    }
  }
}

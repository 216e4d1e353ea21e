package io.millrace.eval.aggregation;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.schemas.config.EvaluationConfig;
import io.millrace.schemas.proto.ScoreSums;
import java.util.Map;
import java.util.TreeMap;

/** The event time of each partition, and the watermark. Confined to one thread. */
final class Clocks {
  /*
   * A partition's report is somewhere among the messages of its commit, so it moves the partition's clock only when the next
   * report arrives: by then all sums of its own commit have been added.
   *
   * The watermark is the earliest clock of the partitions that are not idle, and never goes back. If all partitions are idle,
   * the newest window ends, too, unless its end is still in the future by the wall clock, as in a live stream with few
   * samples.
   */
  static final long NONE = Long.MIN_VALUE;

  private final long idleMs;
  private final long windowMs;
  private final long graceMs;
  private final Map<Integer, Long> reportedMs = new TreeMap<>();
  private final Map<Integer, Long> clockMs = new TreeMap<>();
  private final Map<Integer, Long> heardMs = new TreeMap<>();
  private long watermarkMs = NONE;
  private long newestMs = NONE;

  /** What must outlive the process; stored as JSON under these names. */
  record ClocksState(
      @JsonProperty("reportedMs") Map<Integer, Long> reportedMs,
      @JsonProperty("clockMs") Map<Integer, Long> clockMs,
      @JsonProperty("watermarkMs") long watermarkMs,
      @JsonProperty("newestMs") long newestMs) {
    static final ClocksState EMPTY = new ClocksState(Map.of(), Map.of(), NONE, NONE);

    ClocksState {
      reportedMs = Map.copyOf(reportedMs);
      clockMs = Map.copyOf(clockMs);
    }
  }

  /**
   * @param partitions of the samples' topic: one without a report holds the watermark back, too
   * @param nowMs the start of the time until a partition is idle
   */
  Clocks(EvaluationConfig config, int partitions, ClocksState state, long nowMs) {
    this.idleMs = config.idle().toMillis();
    this.windowMs = config.window().toMillis();
    this.graceMs = config.grace().toMillis();
    for (int partition = 0; partition < partitions; partition++) {
      heardMs.put(partition, nowMs);
    }
    state.clockMs().keySet().forEach(partition -> heardMs.put(partition, nowMs));
    reportedMs.putAll(state.reportedMs());
    clockMs.putAll(state.clockMs());
    watermarkMs = state.watermarkMs();
    newestMs = state.newestMs();
  }

  ClocksState state() {
    return new ClocksState(reportedMs, clockMs, watermarkMs, newestMs);
  }

  /** Adds a partition's report. */
  void onReport(ScoreSums report, long nowMs) {
    int partition = report.getPartition();
    heardMs.put(partition, nowMs);
    Long before = reportedMs.put(partition, report.getPartitionEventTimeMs());
    if (before != null) {
      clockMs.merge(partition, before, Math::max);
    }
    newestMs = Math.max(newestMs, report.getPartitionEventTimeMs());
    advance(nowMs);
  }

  /** Advances the watermark past partitions that have become idle. */
  void advance(long nowMs) {
    long least = Long.MAX_VALUE;
    for (Map.Entry<Integer, Long> heard : heardMs.entrySet()) {
      if (nowMs - heard.getValue() < idleMs) {
        least = Math.min(least, clockMs.getOrDefault(heard.getKey(), NONE));
      }
    }
    boolean allIdle = least == Long.MAX_VALUE;
    watermarkMs = Math.max(watermarkMs, allIdle ? Math.min(nowMs, newestOverMs()) : least);
  }

  /** When the window of the newest event time becomes final. */
  private long newestOverMs() {
    return newestMs == NONE
        ? NONE
        : Math.floorDiv(newestMs, windowMs) * windowMs + windowMs + graceMs;
  }

  /** The event time that every partition has passed, unless it is idle. */
  long watermarkMs() {
    return watermarkMs;
  }

  /** The newest event time of any partition. */
  long newestMs() {
    return newestMs;
  }
}

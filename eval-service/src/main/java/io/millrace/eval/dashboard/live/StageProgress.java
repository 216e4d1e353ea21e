package io.millrace.eval.dashboard.live;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The rate, lag and state of one stage. Not thread-safe. */
final class StageProgress {
  /*
   * Rates are over the last five seconds, because groups commit at intervals. A stage is stalled if there is work and it has
   * made no progress for STALLED_MS; it is behind if its work would take longer than BEHIND_SECONDS at its current rate. A lag
   * of up to SLACK records counts as 0: the markers of transactions are at the end of a partition.
   */
  static final long STALLED_MS = 10_000;
  private static final double BEHIND_SECONDS = 10;
  private static final long RATE_MS = 5_000;
  private static final long SLACK = 16;

  private final String name;
  private final String unit;
  private final Deque<StageReading> readings = new ArrayDeque<>();
  private long movedMs;

  /**
   * @param unit of rate and lag
   */
  StageProgress(String name, String unit) {
    this.name = name;
    this.unit = unit;
  }

  /** The progress at one time. */
  record StageReading(long atMs, long done, long lag, double perSecond) {}

  /** A stage in the API; without rate and lag if it has never committed. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record StageView(
      String name,
      String unit,
      String state,
      @Nullable Double perSecond,
      @Nullable Long lag,
      @Nullable Double secondsBehind,
      @Nullable Long movedMs) {}

  void add(long atMs, long done, long lag) {
    StageReading last = readings.peekLast();
    if (last == null || done != last.done()) {
      movedMs = atMs;
    }
    readings.add(new StageReading(atMs, done, lag, rate(atMs, done)));
    while (readings.size() > Bounds.STAGE_SECONDS) {
      readings.pollFirst();
    }
  }

  private double rate(long atMs, long done) {
    StageReading since = null;
    for (Iterator<StageReading> newestFirst = readings.descendingIterator();
        newestFirst.hasNext(); ) {
      since = newestFirst.next();
      if (atMs - since.atMs() >= RATE_MS) {
        break;
      }
    }
    return since == null || atMs <= since.atMs()
        ? 0
        : Math.max(0, done - since.done()) * 1000.0 / (atMs - since.atMs());
  }

  StageView view(long nowMs) {
    StageReading last = readings.peekLast();
    if (last == null) {
      return new StageView(name, unit, "unseen", null, null, null, null);
    }
    long lag = last.lag() <= SLACK ? 0 : last.lag();
    Double behind = last.perSecond() > 0 ? (Double) (lag / last.perSecond()) : null;
    return new StageView(
        name, unit, state(lag, behind, nowMs), last.perSecond(), last.lag(), behind, movedMs);
  }

  private String state(long lag, @Nullable Double behind, long nowMs) {
    boolean still = nowMs - movedMs > STALLED_MS;
    if (still) {
      return lag > 0 ? "stalled" : "idle";
    }
    return behind != null && behind > BEHIND_SECONDS ? "behind" : "ok";
  }

  Iterable<StageReading> history() {
    return readings;
  }
}

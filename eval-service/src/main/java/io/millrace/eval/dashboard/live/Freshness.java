package io.millrace.eval.dashboard.live;

import io.millrace.schemas.lineage.Lineage;
import io.millrace.schemas.lineage.SamplePartition;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measures the time from a record's timestamp to the first evaluation of a checkpoint that trained
 * on it. Not thread-safe.
 */
final class Freshness {
  /*
   * The first evaluation of a checkpoint measures the offsets between the lineages evaluated before and its own. The times of
   * production are known at the ends of each range that scoring reported, and interpolated between them: a range is one
   * commit, some 100 ms. Scoring may report a range after the checkpoint that trained on it was evaluated, so measurements
   * wait for it. Bounded: ranges per partition, and waiting measurements in total.
   */
  private static final int KNOWN = 4_000;
  private static final int WAITING = 2_000;
  private static final int POINTS = 16;

  private final Latency latency;
  private final Map<SamplePartition, Long> evaluated = new HashMap<>();
  private final Map<PartitionName, TreeMap<Long, Long>> produced = new HashMap<>();
  private final Deque<Answer> waiting = new ArrayDeque<>();

  Freshness(Latency latency) {
    this.latency = latency;
  }

  /** A partition by name; if a topic is created again, {@link #evaluated} has a new entry. */
  private record PartitionName(String topic, int partition) {}

  private record Answer(PartitionName place, long from, long to, long evaluatedMs) {}

  /**
   * Scoring has read the offsets {@code first} to {@code last}, whose records have these
   * timestamps.
   */
  void onReport(
      String topic, int partition, long first, long firstMs, long last, long lastMs, long nowMs) {
    if (firstMs <= 0 || lastMs <= 0) {
      return;
    }
    TreeMap<Long, Long> times =
        produced.computeIfAbsent(new PartitionName(topic, partition), place -> new TreeMap<>());
    times.put(first, firstMs);
    times.put(last, lastMs);
    while (times.size() > KNOWN) {
      times.pollFirstEntry();
    }
    settle(nowMs);
  }

  /**
   * A checkpoint was evaluated for the first time.
   *
   * @param measured false for evaluations from before this process: they only move the start of the
   *     next range
   */
  void onEvaluated(Lineage lineage, long nowMs, boolean measured) {
    lineage
        .nextOffsets()
        .forEach(
            (partition, to) -> {
              Long from = evaluated.get(partition);
              if (from == null || from < to) {
                evaluated.put(partition, to);
              }
              if (measured && from != null && from < to) {
                if (waiting.size() == WAITING) {
                  waiting.pollFirst();
                }
                waiting.add(
                    new Answer(
                        new PartitionName(partition.topic(), partition.partition()),
                        from,
                        to,
                        nowMs));
              }
            });
    settle(nowMs);
  }

  private void settle(long nowMs) {
    waiting.removeIf(
        answer -> {
          TreeMap<Long, Long> times = produced.get(answer.place());
          if (times == null || times.lastKey() < answer.to() - 1) {
            return false;
          }
          measure(answer, times, nowMs);
          return true;
        });
  }

  private void measure(Answer answer, TreeMap<Long, Long> times, long nowMs) {
    long from = Math.max(answer.from(), times.firstKey());
    long samples = answer.to() - from;
    int points = (int) Math.min(POINTS, samples);
    for (int i = 0; i < points; i++) {
      long begin = from + samples * i / points;
      long end = from + samples * (i + 1) / points;
      long ms = answer.evaluatedMs() - producedMs(times, (begin + end - 1) / 2);
      latency.record(ms, end - begin, nowMs);
    }
  }

  private static long producedMs(TreeMap<Long, Long> times, long offset) {
    var before = times.floorEntry(offset);
    var after = times.ceilingEntry(offset);
    if (before == null || after == null) {
      return before == null ? times.firstEntry().getValue() : before.getValue();
    }
    long gap = after.getKey() - before.getKey();
    return gap == 0
        ? before.getValue()
        : before.getValue()
            + (after.getValue() - before.getValue()) * (offset - before.getKey()) / gap;
  }
}

package io.millrace.eval.scoring;

import io.millrace.eval.intake.PartitionState;
import io.millrace.eval.metrics.PairTally;
import io.millrace.eval.metrics.Tally;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sums of one series since the last commit, by kind, partition and event-time window. Confined
 * to the scoring thread.
 */
final class SeriesSums {
  /** The sums of one kind, partition and window. */
  static final class Cell {
    final Tally tally;
    private final ScoreKind kind;
    private final PartitionState state;
    private final long windowStartMs;
    private long firstOffset = Long.MAX_VALUE;
    private long lastOffset = -1;
    private final Map<String, PairTally> pairs = new HashMap<>(2);

    private Cell(ScoreKind kind, PartitionState state, long windowStartMs, Tally tally) {
      this.kind = kind;
      this.state = state;
      this.windowStartMs = windowStartMs;
      this.tally = tally;
    }

    void at(long offset) {
      firstOffset = Math.min(firstOffset, offset);
      lastOffset = Math.max(lastOffset, offset);
    }

    /** The comparison with a champion, which may change between two commits. */
    PairTally pair(String championId, Supplier<PairTally> absent) {
      PairTally known = pairs.get(championId);
      if (known == null) {
        known = absent.get();
        pairs.put(championId, known);
      }
      return known;
    }
  }

  private record SumsKey(ScoreKind kind, int partition, long windowStartMs) {}

  private final @Nullable CheckpointId checkpoint;
  private final long windowMs;
  private final TallyPool pool;
  private final Map<SumsKey, Cell> cells = new HashMap<>();
  private final Map<ScoreKind, Cell> lastUsed = new EnumMap<>(ScoreKind.class);

  /**
   * @param checkpoint null: the online series
   */
  SeriesSums(@Nullable CheckpointId checkpoint, long windowMs, TallyPool pool) {
    this.checkpoint = checkpoint;
    this.windowMs = windowMs;
    this.pool = pool;
  }

  /** The cell to which a sample is added. */
  Cell cell(ScoreKind kind, PartitionState state, long eventTimeMs) {
    Cell last = lastUsed.get(kind);
    if (last != null
        && last.state == state
        && eventTimeMs >= last.windowStartMs
        && eventTimeMs < last.windowStartMs + windowMs) {
      return last;
    }
    long start = windowStartMs(eventTimeMs);
    Cell cell =
        cells.computeIfAbsent(
            new SumsKey(kind, state.partition.partition(), start),
            place -> new Cell(kind, state, start, pool.take()));
    lastUsed.put(kind, cell);
    return cell;
  }

  long windowStartMs(long eventTimeMs) {
    return Math.floorDiv(eventTimeMs, windowMs) * windowMs;
  }

  /** One message per cell, without the time of scoring. */
  List<ScoreSums.Builder> toProto() {
    List<ScoreSums.Builder> messages = new ArrayList<>();
    for (Cell cell : cells.values()) {
      ScoreSums.Builder sums =
          ScoreSums.newBuilder()
              .setCheckpointId(checkpoint == null ? "" : checkpoint.text())
              .setOnline(checkpoint == null)
              .setKind(cell.kind)
              .setTopic(cell.state.partition.topic())
              .setPartition(cell.state.partition.partition())
              .setWindowStartMs(cell.windowStartMs)
              .setWindowEndMs(cell.windowStartMs + windowMs)
              .setSums(cell.tally.toProto())
              .setFirstOffset(cell.firstOffset)
              .setLastOffset(cell.lastOffset)
              .setPartitionEventTimeMs(cell.state.eventTimeMs());
      cell.pairs.values().forEach(pair -> sums.addPaired(pair.toProto()));
      messages.add(sums);
    }
    return messages;
  }

  boolean isEmpty() {
    return cells.isEmpty();
  }

  void clear() {
    cells.values().forEach(cell -> pool.release(cell.tally));
    cells.clear();
    lastUsed.clear();
  }
}

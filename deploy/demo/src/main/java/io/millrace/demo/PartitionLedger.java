package io.millrace.demo;

import io.millrace.schemas.proto.DeadLetter.Reason;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Where each record of one partition ended up. Confined to one thread.
 *
 * <p>A record is accounted for if it is exactly one of: in one train batch that training has
 * consumed, chosen for the holdout, or among the dead letters with a reason. Each of the three has
 * its own source: the train log, the hash of the record's place, the dead letters' topic.
 */
final class PartitionLedger {
  private static final long NONE = -1;

  private final int partition;
  private final Map<Long, Reason> deadLetters = new TreeMap<>();
  private final Map<Long, Reason> unfit = new TreeMap<>();
  private long[] appendedMs = new long[1024];
  private long[] logOffsets = filled(1024);
  private boolean[] heldOut = new boolean[1024];
  private int size;
  private long repeated;

  PartitionLedger(int partition) {
    this.partition = partition;
  }

  /** The next record of the samples' topic, which the hash may have chosen for the holdout. */
  void onSample(long offset, long atMs, boolean inHoldout) {
    reserve(offset);
    appendedMs[(int) offset] = atMs;
    heldOut[(int) offset] = inHoldout;
    size = Math.max(size, (int) offset + 1);
  }

  /** The next record of the samples' topic, if it does not decode to a sample. */
  void onUnfit(long offset, long atMs, Reason reason) {
    onSample(offset, atMs, false);
    unfit.put(offset, reason);
  }

  void onDeadLetter(long offset, Reason reason) {
    deadLetters.put(offset, reason);
  }

  /** A sample of the train batch at this offset of the train log. */
  void onTrainLog(long offset, long logOffset) {
    reserve(offset);
    if (logOffsets[(int) offset] != NONE) {
      repeated++;
    }
    logOffsets[(int) offset] = logOffset;
  }

  /**
   * @param trainedTo the offset of the train log up to which training has advanced
   */
  SampleLedger.LedgerTotals account(long trainedTo) {
    long trained = 0;
    long held = 0;
    long rejected = 0;
    long waiting = 0;
    long wrong = repeated;
    for (int offset = 0; offset < size; offset++) {
      boolean dead = deadLetters.containsKey((long) offset);
      boolean poisoned = deadLetters.get((long) offset) == Reason.POISON;
      boolean logged = logOffsets[offset] != NONE;
      if (dead) {
        rejected++;
        wrong += poisoned == logged && poisoned != unfit.containsKey((long) offset) ? 0 : 1;
      } else if (heldOut[offset]) {
        held++;
        wrong += logged ? 1 : 0;
      } else if (logged && logOffsets[offset] < trainedTo) {
        trained++;
        wrong += unfit.containsKey((long) offset) ? 1 : 0;
      } else {
        waiting++;
      }
    }
    return new SampleLedger.LedgerTotals(
        partition, size, trained, held, rejected, waiting, wrong, reasons());
  }

  /** Calls with the append time, epoch ms, of each trained sample in this range of offsets. */
  void forEachTrained(long from, long to, LongConsumer appendedAtMs) {
    for (int offset = (int) from; offset < Math.min(to, size); offset++) {
      if (logOffsets[offset] != NONE && !deadLetters.containsKey((long) offset)) {
        appendedAtMs.accept(appendedMs[offset]);
      }
    }
  }

  private Map<Reason, Long> reasons() {
    Map<Reason, Long> reasons = new TreeMap<>();
    deadLetters.values().forEach(reason -> reasons.merge(reason, 1L, Long::sum));
    return reasons;
  }

  private void reserve(long offset) {
    int from = logOffsets.length;
    if (offset < from) {
      return;
    }
    int length = Math.toIntExact(Math.max(offset + 1, 2L * from));
    appendedMs = Arrays.copyOf(appendedMs, length);
    heldOut = Arrays.copyOf(heldOut, length);
    logOffsets = Arrays.copyOf(logOffsets, length);
    Arrays.fill(logOffsets, from, length, NONE);
  }

  private static long[] filled(int length) {
    long[] offsets = new long[length];
    Arrays.fill(offsets, NONE);
    return offsets;
  }
}

package io.millrace.schemas.tuning;

import io.millrace.schemas.tuning.CeilingSearch.TrialOutcome;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.IntConsumer;
import java.util.function.Predicate;

/**
 * Tries a batch size by running it. A size that would exceed the limit, extrapolated from the
 * largest one that was run, counts as too large without being run: if the memory is that of the
 * whole machine, trying it would do harm. Confined to one thread.
 */
public final class MemoryTrial implements CeilingSearch.SizeTrial {
  private final DeviceMemory memory;
  private final Duration slow;
  private final IntConsumer run;
  private final Predicate<Throwable> isOutOfMemory;
  private int largest;
  private long largestBytes;

  /**
   * @param slow a batch that takes longer than this is the last one
   * @param run runs a batch of this many samples and frees all its memory, also when it fails
   * @param isOutOfMemory whether a failure means lack of memory; other failures are rethrown
   */
  public MemoryTrial(
      DeviceMemory memory, Duration slow, IntConsumer run, Predicate<Throwable> isOutOfMemory) {
    this.memory = memory;
    this.slow = slow;
    this.run = run;
    this.isOutOfMemory = isOutOfMemory;
  }

  @Override
  public TrialOutcome of(int samples) {
    if (expectedBytes(samples) > memory.limitBytes()) {
      return TrialOutcome.TOO_LARGE;
    }
    OptionalLong bytes;
    boolean isSlow;
    try {
      long[] nanos = {0};
      bytes = memory.peakWhile(() -> nanos[0] = nanosOf(samples));
      // once more, since the first run of a size waits for compilation, memory or a core
      isSlow = nanos[0] > slow.toNanos() && nanosOf(samples) > slow.toNanos();
    } catch (RuntimeException | OutOfMemoryError e) {
      if (e instanceof OutOfMemoryError || isOutOfMemory.test(e)) {
        return TrialOutcome.TOO_LARGE;
      }
      throw e;
    }
    if (bytes.orElse(0) > memory.limitBytes()) {
      return TrialOutcome.TOO_LARGE;
    }
    if (samples > largest) {
      largest = samples;
      largestBytes = bytes.orElse(0);
    }
    return isSlow ? TrialOutcome.FITS_BUT_SLOW : TrialOutcome.FITS;
  }

  private long nanosOf(int samples) {
    long start = System.nanoTime();
    run.accept(samples);
    return System.nanoTime() - start;
  }

  /* In proportion, so too much if a part is constant: an estimate on the safe side. */
  private double expectedBytes(int samples) {
    return largest == 0 ? 0 : (double) largestBytes / largest * samples;
  }
}

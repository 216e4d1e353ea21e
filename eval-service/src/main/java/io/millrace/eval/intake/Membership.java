package io.millrace.eval.intake;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millrace.schemas.time.Clock;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.jspecify.annotations.Nullable;

/** The group member in whose name offsets are committed, in its current generation. Thread-safe. */
public final class Membership {
  private final Clock clock;

  @GuardedBy("this")
  private @Nullable ConsumerGroupMetadata member;

  public Membership(Clock clock) {
    this.clock = clock;
  }

  /** Offsets are committed as this member from now on. */
  synchronized void set(ConsumerGroupMetadata current) {
    member = current;
    notifyAll();
  }

  /** The partitions already belong to other members: nothing is committed until {@link #set}. */
  synchronized void leave() {
    member = null;
    notifyAll();
  }

  /** The current member; null if this instance is not one. */
  public synchronized @Nullable ConsumerGroupMetadata get() {
    return member;
  }

  /**
   * Waits for a generation later than the given one. Returns null if this instance is no longer a
   * member, or has not joined a later generation within the patience.
   */
  public synchronized @Nullable ConsumerGroupMetadata awaitAfter(
      int generation, Duration patience) {
    long end = clock.nanos() + patience.toNanos();
    while (member != null && member.generationId() <= generation) {
      long left = (end - clock.nanos()) / 1_000_000;
      if (left <= 0) {
        return null;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
    }
    return member;
  }
}

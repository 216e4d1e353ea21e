package io.millrace.eval.intake;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millrace.schemas.time.Clock;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.jspecify.annotations.Nullable;

/** As whom offsets are committed, generation by generation of the group. Thread-safe. */
public final class Membership {
  private final Clock clock;

  @GuardedBy("this")
  private @Nullable ConsumerGroupMetadata member;

  public Membership(Clock clock) {
    this.clock = clock;
  }

  /** From now on. */
  synchronized void set(ConsumerGroupMetadata current) {
    member = current;
    notifyAll();
  }

  /** Its partitions are others' already: nothing is committed until it has joined again. */
  synchronized void leave() {
    member = null;
    notifyAll();
  }

  /** Null when not a member. */
  public synchronized @Nullable ConsumerGroupMetadata get() {
    return member;
  }

  /**
   * The member of a later generation than one that the group no longer knows; null if this instance
   * is not a member any more, or has not joined the later one within the patience.
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

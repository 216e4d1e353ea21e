package io.millrace.schemas.ops;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Limits how often one kind of event is logged: five times a minute, and once a minute as long as
 * events exceed that. Events that are not logged are counted, and the count is part of the next
 * line. Thread-safe.
 *
 * <pre>{@code
 * throttle
 *     .tryLog(System.nanoTime())
 *     .ifPresent(unlogged -> log.atWarn().addKeyValue("unlogged", unlogged).log("..."));
 * }</pre>
 */
public final class LogThrottle {
  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int AT_FIRST = 5;
  private static final int LATER = 1;

  /*
   * Minutes are counted from the first event of a burst. After a minute in which events were left out, the next one has room
   * for a single line; after any other, for five.
   */
  @GuardedBy("this")
  private boolean started;

  @GuardedBy("this")
  private long minuteBeganNanos;

  @GuardedBy("this")
  private int room;

  @GuardedBy("this")
  private boolean exceeded;

  @GuardedBy("this")
  private long unlogged;

  /**
   * Whether to log an event at this time.
   *
   * @param nowNanos a value of {@link System#nanoTime}
   * @return the number of unlogged events since the last logged one; empty if this event is not to
   *     be logged either
   */
  public synchronized OptionalLong tryLog(long nowNanos) {
    long sinceNanos = nowNanos - minuteBeganNanos;
    if (!started || sinceNanos >= MINUTE_NANOS) {
      boolean directlyAfter = started && sinceNanos < 2 * MINUTE_NANOS;
      room = directlyAfter && exceeded ? LATER : AT_FIRST;
      minuteBeganNanos = directlyAfter ? minuteBeganNanos + MINUTE_NANOS : nowNanos;
      started = true;
      exceeded = false;
    }
    if (room == 0) {
      exceeded = true;
      unlogged++;
      return OptionalLong.empty();
    }
    room--;
    long before = unlogged;
    unlogged = 0;
    return OptionalLong.of(before);
  }
}

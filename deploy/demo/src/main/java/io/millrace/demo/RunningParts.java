package io.millrace.demo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running parts, closed in the reverse order of their start. Thread-safe: it may be closed at
 * any time, and then starts nothing more.
 */
final class RunningParts implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RunningParts.class);

  @GuardedBy("this")
  private final Deque<AutoCloseable> running = new ArrayDeque<>();

  private volatile boolean closed;

  /**
   * Starts a part. A concurrent close waits for it.
   *
   * @throws CancellationException if closed
   */
  synchronized <T extends AutoCloseable> T start(Callable<T> part) throws Exception {
    requireOpen();
    T started = part.call();
    running.push(started);
    return started;
  }

  boolean isClosed() {
    return closed;
  }

  void requireOpen() {
    if (closed) {
      throw new CancellationException("closed before the end of the run");
    }
  }

  @Override
  public void close() {
    closed = true;
    synchronized (this) {
      while (!running.isEmpty()) {
        try {
          running.pop().close();
        } catch (Exception e) {
          log.atWarn().setCause(e).log("a component could not be closed");
        }
      }
    }
  }
}

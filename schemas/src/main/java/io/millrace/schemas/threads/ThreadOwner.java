package io.millrace.schemas.threads;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Checks that an object that is confined to one thread is used by one thread only. It costs one
 * read of a volatile field: cheap enough per batch, not meant per sample. Thread-safe.
 */
public final class ThreadOwner {
  private final String what;
  private final AtomicReference<@Nullable Thread> owner = new AtomicReference<>();

  /**
   * @param what the confined object, for the message, for example {@code the learner}
   */
  public ThreadOwner(String what) {
    this.what = what;
  }

  /**
   * Makes the calling thread the owner, permanently. If it already is, this does nothing.
   *
   * @throws IllegalStateException if another thread is the owner
   */
  public void claim() {
    if (!owner.compareAndSet(null, Thread.currentThread())) {
      assertHeld();
    }
  }

  /**
   * @throws IllegalStateException if the calling thread is not the owner
   */
  public void assertHeld() {
    Thread held = owner.get();
    Thread caller = Thread.currentThread();
    if (held != caller) {
      throw new IllegalStateException(
          "%s is used by thread '%s', but is confined to %s"
              .formatted(
                  what,
                  caller.getName(),
                  held == null
                      ? "a thread that has not started"
                      : "thread '" + held.getName() + "'"));
    }
  }
}

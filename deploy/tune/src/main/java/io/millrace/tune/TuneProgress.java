package io.millrace.tune;

import java.io.PrintWriter;
import java.time.Duration;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Tells what is being tried and how much of the budget is left: as a bar on a terminal, elsewhere
 * as a line whenever something else begins. Confined to one thread.
 */
final class TuneProgress implements AutoCloseable {
  private static final int WIDTH = 118;
  private static final int UPDATE_MS = 500;

  private final PrintWriter err;
  private final long startNanos = System.nanoTime();
  private final Duration budget;
  private final @Nullable ProgressBar bar;
  private String phase = "";

  /**
   * @param terminal whether a line can be written over
   */
  TuneProgress(PrintWriter err, Duration budget, boolean terminal) {
    this.err = err;
    this.budget = budget;
    this.bar =
        terminal
            ? new ProgressBarBuilder()
                .setTaskName("tune")
                .setInitialMax(budget.toSeconds())
                .setUnit(" s", 1)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MS)
                .setConsumer(
                    new DelegatingProgressBarConsumer(
                        line -> {
                          err.print("\r" + line);
                          err.flush();
                        },
                        WIDTH))
                .build()
            : null;
  }

  /**
   * Something else begins, or goes on.
   *
   * @param what what is done
   * @param detail what of it is tried now
   */
  void tell(String what, String detail) {
    long elapsed = Duration.ofNanos(System.nanoTime() - startNanos).toSeconds();
    if (bar != null) {
      bar.stepTo(Math.min(elapsed, budget.toSeconds()));
      bar.setExtraMessage(" " + what + ": " + detail);
    } else if (!phase.equals(what)) {
      err.printf(
          "%s (%d s, at most %d s are left)%n",
          what, elapsed, Math.max(0, budget.toSeconds() - elapsed));
      err.flush();
    }
    phase = what;
  }

  /** Moves the bar on while the same goes on. */
  void tick() {
    if (bar != null) {
      bar.stepTo(
          Math.min(
              Duration.ofNanos(System.nanoTime() - startNanos).toSeconds(), budget.toSeconds()));
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      err.println();
      err.flush();
    }
  }
}

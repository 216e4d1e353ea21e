package io.millrace.tune;

import java.io.PrintWriter;
import java.time.Duration;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows the current phase and how much of the budget is left: as a bar on a terminal, otherwise as
 * a line for each new phase. Confined to one thread.
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
   * @param terminal whether a line can be overwritten
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
   * Shows a new phase, or a new detail of the current one.
   *
   * @param what the name of the phase
   * @param detail the current step of the phase
   */
  void onPhase(String what, String detail) {
    long elapsed = Duration.ofNanos(System.nanoTime() - startNanos).toSeconds();
    if (bar != null) {
      bar.stepTo(Math.min(elapsed, budget.toSeconds()));
      bar.setExtraMessage(" " + what + ": " + detail);
    } else if (!phase.equals(what)) {
      err.printf(
          "%s (%d s, at most %d s left)%n",
          what, elapsed, Math.max(0, budget.toSeconds() - elapsed));
      err.flush();
    }
    phase = what;
  }

  /** Advances the bar within the current phase. */
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

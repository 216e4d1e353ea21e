package io.millrace.cli;

import io.millrace.demo.RunStatus;
import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** One line with the status of a run: redrawn on a terminal, otherwise a new line now and then. */
final class ProgressLine implements AutoCloseable {
  private static final long EVERY_NANOS = 2_000_000_000L;

  private final PrintWriter out;
  private final @Nullable ProgressBar bar;
  private long lastNanos = System.nanoTime();

  private ProgressLine(PrintWriter out, @Nullable ProgressBar bar) {
    this.out = out;
    this.bar = bar;
  }

  /**
   * @param out receives the lines if there is no terminal
   */
  static ProgressLine open(PrintWriter out) {
    if (System.console() == null) {
      return new ProgressLine(out, null);
    }
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName("flights")
            .setInitialMax(-1)
            .setUpdateIntervalMillis(250)
            .setStyle(ProgressBarStyle.ASCII)
            .hideEta()
            .build();
    return new ProgressLine(out, bar);
  }

  /** Prints a message that is not overwritten. */
  void print(String message) {
    out.println(message);
    out.flush();
  }

  void show(RunStatus status) {
    if (bar != null) {
      bar.stepTo(status.samples());
      bar.setExtraMessage(status.toString());
    } else if (System.nanoTime() - lastNanos >= EVERY_NANOS) {
      lastNanos = System.nanoTime();
      print(status.toString());
    }
  }

  /** Ends the line. Closing again does nothing. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}

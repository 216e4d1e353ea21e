package io.millrace.cli;

import io.millrace.demo.RunStatus;
import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * One line that says where a run stands: redrawn in a terminal, now and then a new one elsewhere.
 */
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
   * @param out where lines go that are not redrawn
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

  /** A message that stays. */
  void say(String message) {
    out.println(message);
    out.flush();
  }

  void show(RunStatus standing) {
    if (bar != null) {
      bar.stepTo(standing.samples());
      bar.setExtraMessage(standing.toString());
    } else if (System.nanoTime() - lastNanos >= EVERY_NANOS) {
      lastNanos = System.nanoTime();
      say(standing.toString());
    }
  }

  /** Ends the line; closing again does nothing. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}

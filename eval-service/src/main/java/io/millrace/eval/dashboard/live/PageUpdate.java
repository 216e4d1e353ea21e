package io.millrace.eval.dashboard.live;

import io.millrace.schemas.config.Task;
import java.util.List;

/**
 * What an event carries.
 *
 * @param reset true: series are whole, what the page has of them is to be dropped
 * @param series the windows that changed since the event before
 */
public record PageUpdate(boolean reset, PageState state, List<SeriesColumns> series) {
  /** The metrics that events carry: those the charts draw. */
  public static List<String> metrics(Task task) {
    String headline = headline(task);
    return List.of(
        "loss",
        "loss_prior",
        "loss_last_label",
        headline,
        headline + "_prior",
        headline + "_last_label",
        headline + "_bound");
  }

  /** The metric that stands first for a task. */
  static String headline(Task task) {
    return switch (task) {
      case BINARY -> "auc";
      case MULTICLASS -> "accuracy";
      case REGRESSION -> "rmse";
    };
  }
}

package io.millrace.eval.aggregation;

import io.millrace.eval.metrics.Metrics;
import io.millrace.schemas.config.Task;
import io.millrace.schemas.proto.Evaluation;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Adds metrics to evaluations and publishes them. Confined to one thread. */
final class Evaluations {
  private final Task task;
  private final Publisher publisher;
  private final LongSupplier nowMs;
  private final Function<Evaluation, Map<String, Double>> more;

  /**
   * @param more further metrics, not computed from the sums, e.g. of drift; finite
   */
  Evaluations(
      Task task,
      Publisher publisher,
      LongSupplier nowMs,
      Function<Evaluation, Map<String, Double>> more) {
    this.task = task;
    this.publisher = publisher;
    this.nowMs = nowMs;
    this.more = more;
  }

  void publish(String key, Evaluation evaluation, boolean first) {
    publisher.evaluation(
        key,
        evaluation.toBuilder()
            .putAllMetrics(Metrics.of(task, evaluation.getSums()))
            .putAllMetrics(more.apply(evaluation))
            .setAtMs(nowMs.getAsLong())
            .build(),
        first);
  }
}

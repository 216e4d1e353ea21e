package io.millrace.eval.aggregation;

import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.Promotion;

/** Publishes evaluations and decisions. */
interface Publisher {
  /**
   * Publishes an evaluation.
   *
   * @param first whether it is the first evaluation of a checkpoint: then it is committed at once
   */
  void evaluation(String key, Evaluation evaluation, boolean first);

  void promotion(Promotion promotion);
}

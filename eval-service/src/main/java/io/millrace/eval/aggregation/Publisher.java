package io.millrace.eval.aggregation;

import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.Promotion;

/** Says what came of it, on the topics of evaluations and promotions. */
interface Publisher {
  /**
   * Says an evaluation.
   *
   * @param first whether it is the first word on a checkpoint: it must not wait for a commit's turn
   */
  void evaluation(String key, Evaluation evaluation, boolean first);

  void promotion(Promotion promotion);
}

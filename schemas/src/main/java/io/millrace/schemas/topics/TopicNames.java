package io.millrace.schemas.topics;

/** The names of a pipeline's own topics: the pipeline's name, a dot, and the topic's own part. */
public record TopicNames(String pipeline) {
  /** {@code TrainBatch}: the train log. The offset of its one partition is the trainer's clock. */
  public String trainLog() {
    return pipeline + ".train-log";
  }

  /** {@code DeadLetter}: rejected records and poisoned samples. */
  public String deadLetters() {
    return pipeline + ".dead-letters";
  }

  /** {@code Checkpoint}: announcements of checkpoints. */
  public String checkpoints() {
    return pipeline + ".checkpoints";
  }

  /** {@code TrainProgress}: the trainer's progress. */
  public String progress() {
    return pipeline + ".progress";
  }

  /** {@code ScoreSums}: score sums. The order of its one partition is the order of decisions. */
  public String scoreSums() {
    return pipeline + ".score-sums";
  }

  /** {@code Evaluation}: evaluations per window. */
  public String evaluations() {
    return pipeline + ".evaluations";
  }

  /** {@code Promotion}: decisions, kept for ever. */
  public String promotions() {
    return pipeline + ".promotions";
  }
}

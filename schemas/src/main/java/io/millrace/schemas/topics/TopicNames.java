package io.millrace.schemas.topics;

/** The names of a pipeline's own topics: the pipeline's name, a dot, and the design's word. */
public record TopicNames(String pipeline) {
  /** {@code TrainBatch}: its one partition's offset is the trainer's clock. */
  public String trainLog() {
    return pipeline + ".train-log";
  }

  /** {@code DeadLetter}: records that could not be samples. */
  public String deadLetters() {
    return pipeline + ".dead-letters";
  }

  /** {@code Checkpoint}: announcements. */
  public String checkpoints() {
    return pipeline + ".checkpoints";
  }

  /** {@code TrainProgress}: where the trainer stands. */
  public String progress() {
    return pipeline + ".progress";
  }

  /** {@code ScoreSums}: its one partition's order is the order of decisions. */
  public String scoreSums() {
    return pipeline + ".score-sums";
  }

  /** {@code Evaluation}: scores per window. */
  public String evaluations() {
    return pipeline + ".evaluations";
  }

  /** {@code Promotion}: decisions, for ever. */
  public String promotions() {
    return pipeline + ".promotions";
  }
}

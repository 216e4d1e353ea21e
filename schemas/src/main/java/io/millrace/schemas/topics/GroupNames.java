package io.millrace.schemas.topics;

/**
 * The names of a pipeline's consumer groups and transactional ids: the pipeline's name, a hyphen,
 * and the name of the stage. Access rights and lag monitors refer to them, and committed offsets
 * are stored under them: a changed name loses its offsets.
 */
public record GroupNames(String pipeline) {
  /**
   * Windowing's consumer group; its Kafka Streams application id, hence prefix of its changelogs.
   */
  public String windowing() {
    return pipeline + "-windowing";
  }

  /**
   * The group of the offsets at which the pipeline began, and the transactional id under which they
   * are written. It has no consumers.
   */
  public String beginning() {
    return pipeline + "-beginning";
  }

  /** The trainer's consumer group on the train log, and its transactional id. */
  public String trainer() {
    return pipeline + "-trainer";
  }

  /** Scoring's consumer group, and the prefix of its instances' transactional ids. */
  public String scoring() {
    return pipeline + "-scoring";
  }

  /** Aggregation's group; its Kafka Streams application id, hence prefix of its changelogs. */
  public String aggregation() {
    return pipeline + "-aggregation";
  }

  /** The transactional id under which dead letters are sent back. It has no consumer group. */
  public String deadLetters() {
    return pipeline + "-dead-letters";
  }
}

package io.millrace.eval.intake;

import org.apache.kafka.common.TopicPartition;

/** Scoring cannot go on; the message says why and what to do. Stops scoring. */
public final class ScoringException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ScoringException(String message) {
    super(message);
  }

  static ScoringException topicReplaced(TopicPartition partition, String found, String now) {
    return new ScoringException(
        ("%s: scores were committed of the topic with id %s, but the topic now has id %s: it was"
                + " deleted and made again, so its offsets mean other samples; give the pipeline"
                + " another name")
            .formatted(partition, found, now));
  }

  static ScoringException beyondEnd(TopicPartition partition, long position) {
    return new ScoringException(
        ("%s: scoring stands at offset %d, beyond the topic's end: records were taken away or the"
                + " topic was deleted and made again; give the pipeline another name")
            .formatted(partition, position));
  }

  static ScoringException notLetGo(long seconds) {
    return new ScoringException(
        ("partitions were to go to another instance, but what was read of them was not scored and committed within %d s;"
                + " start this instance again (nothing is lost), with a smaller evaluation.per_device_eval_batch_size")
            .formatted(seconds));
  }
}

package io.millrace.eval.intake;

import org.apache.kafka.common.TopicPartition;

/** Scoring cannot continue and stops; the message gives the cause and the remedy. */
public final class ScoringException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private ScoringException(String message, Throwable cause) {
    super(message, cause);
  }

  public ScoringException(String message) {
    super(message);
  }

  static ScoringException topicReplaced(TopicPartition partition, String found, String now) {
    return new ScoringException(
        ("%s: the committed scores are of the topic with id %s, but the topic now has id %s: it was"
                + " deleted and created again, so its offsets belong to other samples; give the pipeline"
                + " another name")
            .formatted(partition, found, now));
  }

  static ScoringException unreadableState(
      TopicPartition partition, String group, IllegalArgumentException why) {
    return new ScoringException(
        ("%s: the state in the metadata of the offset that group %s committed cannot be read: %s; start the version of"
                + " Millrace that wrote it, or a later one; or stop all instances and give the baselines' counts up with"
                + " kafka-consumer-groups.sh --group %s --topic %s --reset-offsets --to-current --execute"
                + " (docs/upgrades.md)")
            .formatted(partition, group, why.getMessage(), group, partition.topic()),
        why);
  }

  static ScoringException beyondEnd(TopicPartition partition, long position) {
    return new ScoringException(
        ("%s: the committed offset %d is beyond the topic's end: records were removed or the"
                + " topic was deleted and created again; give the pipeline another name")
            .formatted(partition, position));
  }

  static ScoringException revocationTimedOut(long seconds) {
    return new ScoringException(
        ("partitions were revoked, but the records read from them were not scored and committed within %d s;"
                + " restart this instance (nothing is lost) with a smaller evaluation.per_device_eval_batch_size")
            .formatted(seconds));
  }
}

package io.millrace.schemas.topics;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.AnswerException;
import io.millrace.schemas.kafka.Answers;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks the topics before a service starts. The caller owns the admin clients. Thread-safe. */
public final class StartChecks {
  private static final Logger log = LoggerFactory.getLogger(StartChecks.class);

  private StartChecks() {}

  /**
   * Checks the pipeline's own topics, and logs a warning for each tolerable difference from the
   * plan.
   *
   * @throws TopicsException if topics are missing, or if one differs in a setting that the
   *     guarantees depend on
   */
  public static void requireTopics(Admin admin, PipelineConfig config) {
    Topics.check(admin, TopicPlan.of(config))
        .forEach(
            difference -> log.atWarn().addKeyValue("difference", difference).log("topic differs"));
  }

  /**
   * The samples' topic: its id and its partitions.
   *
   * @throws TopicsException if it does not exist, or cannot be described
   */
  public static TopicDescription requireSamples(Admin admin, PipelineConfig config) {
    try {
      return Answers.describe(admin, config.samples().topic(), "samples.topic");
    } catch (AnswerException e) {
      throw TopicsException.of(e);
    }
  }

  /**
   * Logs a warning if the samples' timestamps are not set by the broker.
   *
   * @throws TopicsException if the topic's settings cannot be read
   */
  public static void warnOfTimestamps(Admin admin, PipelineConfig config) {
    try {
      SampleTimestamps.warning(admin, config.samples().topic())
          .ifPresent(
              warning ->
                  log.atWarn().addKeyValue("warning", warning).log("timestamps of the samples"));
    } catch (AnswerException e) {
      throw TopicsException.of(e);
    }
  }
}

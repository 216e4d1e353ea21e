package io.millrace.schemas.topics;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.AnswerException;
import io.millrace.schemas.kafka.Answers;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must hold of the topics before a service starts. Admin clients stay the caller's.
 * Thread-safe.
 */
public final class StartChecks {
  private static final Logger log = LoggerFactory.getLogger(StartChecks.class);

  private StartChecks() {}

  /**
   * Checks the pipeline's own topics, and logs a warning per difference from the plan that can be
   * lived with.
   *
   * @throws TopicsException if topics are missing, or one differs in what the promises rest on
   */
  public static void requireTopics(Admin admin, PipelineConfig config) {
    Topics.check(admin, TopicPlan.of(config))
        .forEach(
            difference -> log.atWarn().addKeyValue("difference", difference).log("topic differs"));
  }

  /**
   * The samples' topic: its id and its partitions.
   *
   * @throws TopicsException if it is not there, or cannot be described
   */
  public static TopicDescription requireSamples(Admin admin, PipelineConfig config) {
    try {
      return Answers.describe(admin, config.samples().topic(), "samples.topic");
    } catch (AnswerException e) {
      throw TopicsException.of(e);
    }
  }

  /**
   * Logs a warning if the samples' timestamps are not the broker's.
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

package io.millrace.schemas.topics;

import io.millrace.schemas.kafka.Answers;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.TopicConfig;

/** Checks which clock the timestamps of the samples' topic come from. */
public final class SampleTimestamps {
  private static final String BROKERS = "LogAppendTime";

  private SampleTimestamps() {}

  /**
   * A warning for the start. Empty if the broker's clock is used, which also dates the
   * announcements of checkpoints.
   *
   * @throws io.millrace.schemas.kafka.AnswerException if the topic's settings cannot be read
   */
  public static Optional<String> warning(Admin admin, String topic) {
    String found =
        Answers.setting(admin, topic, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG).orElse("");
    return BROKERS.equals(found) ? Optional.empty() : Optional.of(warning(topic, found));
  }

  private static String warning(String topic, String found) {
    return ("topic %s has %s=%s: its producers' clocks, and not the broker's, determine when a sample arrived."
            + " A sample with an earlier date counts as live for fewer checkpoints, one with a later date for too many;"
            + " model.trained_until.time refers to them, too. Unless producers date records on"
            + " purpose, set it to %s")
        .formatted(topic, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, found, BROKERS);
  }
}

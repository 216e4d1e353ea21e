package io.millrace.schemas.topics;

import io.millrace.schemas.kafka.Answers;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.TopicConfig;

/** Whose clock the timestamps of the samples' topic are of. */
public final class SampleTimestamps {
  private static final String BROKERS = "LogAppendTime";

  private SampleTimestamps() {}

  /**
   * What to tell at a start; empty where the broker's clock holds, which also says when a
   * checkpoint was announced.
   *
   * @throws io.millrace.schemas.kafka.AnswerException if the topic's settings cannot be read
   */
  public static Optional<String> warning(Admin admin, String topic) {
    String found =
        Answers.setting(admin, topic, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG).orElse("");
    return BROKERS.equals(found) ? Optional.empty() : Optional.of(warning(topic, found));
  }

  private static String warning(String topic, String found) {
    return ("topic %s has %s=%s: its producers' clocks, and not the broker's, say when a sample came."
            + " A sample dated back counts as live for fewer checkpoints, one dated ahead for too many;"
            + " model.trained_until.time goes by them too. Where producers do not date records on"
            + " purpose, set it to %s")
        .formatted(topic, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, found, BROKERS);
  }
}

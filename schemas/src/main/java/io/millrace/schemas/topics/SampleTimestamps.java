package io.millrace.schemas.topics;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** Whose clock the timestamps of the samples' topic are of. */
public final class SampleTimestamps {
  private static final String BROKERS = "LogAppendTime";

  private SampleTimestamps() {}

  /**
   * What to tell at a start; empty where the broker's clock holds, which also says when a
   * checkpoint was announced.
   *
   * @throws TopicsException if the topic's settings cannot be read
   */
  public static Optional<String> warning(Admin admin, String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      ConfigEntry entry =
          admin
              .describeConfigs(List.of(resource))
              .all()
              .get()
              .values()
              .iterator()
              .next()
              .get(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG);
      String found = entry == null ? "" : entry.value();
      return BROKERS.equals(found) ? Optional.empty() : Optional.of(warning(topic, found));
    } catch (ExecutionException e) {
      throw new TopicsException(
          "settings of topic %s could not be read: %s; check samples.topic and permissions"
              .formatted(topic, e.getCause()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TopicsException("interrupted while waiting for Kafka", e);
    }
  }

  private static String warning(String topic, String found) {
    return ("topic %s has %s=%s: its producers' clocks, and not the broker's, say when a sample came."
            + " A sample dated back counts as live for fewer checkpoints, one dated ahead for too many;"
            + " model.trained_until.time goes by them too. Where producers do not date records on"
            + " purpose, set it to %s")
        .formatted(topic, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, found, BROKERS);
  }
}

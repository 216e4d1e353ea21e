package io.millrace.schemas.config;

import io.millrace.schemas.config.binding.Checks;
import io.millrace.schemas.config.binding.Setting;
import java.util.Map;

/** How the pipeline's own topics are created. */
public record TopicsConfig(
    @Setting(value = "Replicas of each topic.", byDefault = "1") int replicationFactor,
    @Setting(value = "The largest message of the train log, in bytes.", byDefault = "8388608")
        int trainLogMaxMessageBytes,
    @Setting(
            value = "Additional topic settings, for all of the pipeline's topics.",
            byDefault = "{}")
        Map<String, String> properties) {
  public TopicsConfig {
    properties = Map.copyOf(properties);
    new Checks()
        .between("replication_factor", replicationFactor, 1, Short.MAX_VALUE)
        .positive("train_log_max_message_bytes", trainLogMaxMessageBytes)
        .done();
  }
}

package io.millrace.schemas.kafka;

import io.millrace.schemas.config.PipelineConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * The properties of a pipeline's Kafka Streams applications. The pipeline's own Kafka properties
 * override all defaults, but not the properties that exactly-once depends on.
 */
public final class StreamsProperties {
  private static final String MAIN_CONSUMER = "main.consumer.";

  /** Streams passes a property on to one kind of client if its name starts with one of these. */
  private static final List<String> PREFIXES = List.of("consumer.", MAIN_CONSUMER, "producer.");

  private static final String GLOBAL_HANDLER = "processing.exception.handler.global.enabled";

  /*
   * With in-memory stores, a process gets a new id at each start. The transaction of a killed process is therefore aborted only
   * by its timeout, and its tasks are reassigned only after the session timeout; until then, readers of its output wait. Both
   * timeouts are therefore as short as frequent commits allow. There are no global stores; with the handler unset, Streams
   * warns at each start, and its assignor warns again.
   */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "consumer.session.timeout.ms",
          "6000",
          "consumer.heartbeat.interval.ms",
          "1500",
          "producer.transaction.timeout.ms",
          "5000",
          GLOBAL_HANDLER,
          "true",
          MAIN_CONSUMER + GLOBAL_HANDLER,
          "true");

  private StreamsProperties() {}

  /**
   * @param applicationId the consumer group, and the prefix of changelogs
   * @param defaults the application's own defaults; names may start with {@code consumer.}, {@code
   *     main.consumer.} or {@code producer.}
   */
  public static Properties of(
      PipelineConfig config, String applicationId, Map<String, String> defaults) {
    Map<String, String> settings = new HashMap<>(DEFAULTS);
    settings.putAll(defaults);
    settings.put("replication.factor", Integer.toString(config.topics().replicationFactor()));
    config
        .kafka()
        .forEach((name, value) -> names(name, settings).forEach(each -> settings.put(each, value)));
    settings.put("application.id", applicationId);
    settings.put("processing.guarantee", "exactly_once_v2");
    Properties properties = new Properties();
    properties.putAll(settings);
    return properties;
  }

  /** A property with a default for one kind of client is set for that kind. */
  private static List<String> names(String name, Map<String, String> settings) {
    if (name.equals(CommonClientConfigs.GROUP_INSTANCE_ID_CONFIG)) {
      return List.of(MAIN_CONSUMER + name);
    }
    List<String> known =
        Stream.concat(Stream.of(name), PREFIXES.stream().map(prefix -> prefix + name))
            .filter(settings::containsKey)
            .toList();
    return known.isEmpty() ? List.of(name) : known;
  }
}

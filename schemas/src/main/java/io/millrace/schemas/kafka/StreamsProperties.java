package io.millrace.schemas.kafka;

import io.millrace.schemas.config.PipelineConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * What a Kafka Streams application of a pipeline is started with, by Kafka's names for it. The
 * pipeline's own Kafka properties win over all defaults, but not over what exactly-once rests on.
 */
public final class StreamsProperties {
  private static final String MAIN_CONSUMER = "main.consumer.";

  /** Streams hands a property on to one kind of client if its name begins so. */
  private static final List<String> PREFIXES = List.of("consumer.", MAIN_CONSUMER, "producer.");

  private static final String GLOBAL_HANDLER = "processing.exception.handler.global.enabled";

  /*
   * In-memory stores give a process a new id at each start, so the transaction of a killed one is aborted only by its
   * timeout, and its tasks are given away only after the session's; until then readers of what it wrote wait. Both are
   * therefore as short as frequent commits allow. There are no global stores; with the handler unset, Streams warns at
   * each start, and its assignor again.
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
   * @param defaults what this application wants otherwise than others; names may begin with {@code
   *     consumer.}, {@code main.consumer.} or {@code producer.}
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

  /** What has a default for one kind of client is set there. */
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

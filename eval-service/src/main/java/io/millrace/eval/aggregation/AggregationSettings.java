package io.millrace.eval.aggregation;

import io.millrace.schemas.config.PipelineConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * What Kafka Streams is started with. The pipeline's own Kafka properties win over these defaults.
 */
final class AggregationSettings {
  /*
   * As in windowing: an in-memory store gives each process a new id, so a killed one's transaction is aborted only by its
   * timeout and its task given away only after the session's. The first word on a checkpoint asks for a commit
   * of its own, as does a new champion; the interval bounds the rest, and is about as long as evaluations wait to grow: while a
   * commit is under way, no sums are added. What a transaction holds is sent together, when it is committed (a request per
   * record would cost more than all else). What is sent while the broker still ends the transaction before is refused for a
   * moment: tried again soon, and one request at a time, so that those behind it are not out of order.
   */
  private static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, "200"),
          Map.entry(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), "6000"),
          Map.entry(
              StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), "1500"),
          Map.entry(
              StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), "5000"),
          Map.entry(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), "1000"),
          Map.entry(
              StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG),
              Integer.toString(256 << 10)),
          Map.entry(StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG), "10"),
          Map.entry(
              StreamsConfig.producerPrefix(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION),
              "1"),
          Map.entry(StreamsConfig.POLL_MS_CONFIG, "10"),
          Map.entry(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, Long.toString(32L << 20)));

  private AggregationSettings() {}

  /** The group, and the prefix of the store's changelog. */
  static String applicationId(PipelineConfig config) {
    return config.pipeline() + "-aggregation";
  }

  static Properties of(PipelineConfig config) {
    Map<String, String> settings = new HashMap<>(DEFAULTS);
    settings.put(
        StreamsConfig.REPLICATION_FACTOR_CONFIG,
        Integer.toString(config.topics().replicationFactor()));
    config.kafka().forEach((key, value) -> settings.put(prefixed(key), value));
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId(config));
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    Properties properties = new Properties();
    properties.putAll(settings);
    return properties;
  }

  /** The defaults that are set for one kind of client are overridden there too. */
  private static String prefixed(String key) {
    return switch (key) {
      case ConsumerConfig.GROUP_INSTANCE_ID_CONFIG -> StreamsConfig.mainConsumerPrefix(key);
      case ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG ->
          StreamsConfig.consumerPrefix(key);
      case ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
          ProducerConfig.LINGER_MS_CONFIG,
          ProducerConfig.BATCH_SIZE_CONFIG,
          ProducerConfig.RETRY_BACKOFF_MS_CONFIG,
          ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION ->
          StreamsConfig.producerPrefix(key);
      default -> key;
    };
  }
}

package io.millrace.eval.aggregation;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.StreamsProperties;
import io.millrace.schemas.topics.GroupNames;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * What Kafka Streams is started with. The pipeline's own Kafka properties win over these defaults.
 */
final class AggregationSettings {
  /*
   * The first word on a checkpoint asks for a commit of its own, as does a new champion; the interval bounds the rest, and is
   * about as long as evaluations wait to grow: while a commit is under way, no sums are added. What a transaction holds is sent
   * together, when it is committed (a request per record would cost more than all else). What is sent while the broker still
   * ends the transaction before is refused for a moment: tried again soon, and one request at a time, so that those behind it
   * are not out of order.
   */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
          "200",
          StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG),
          "1000",
          StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG),
          Integer.toString(256 << 10),
          StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG),
          "10",
          StreamsConfig.producerPrefix(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION),
          "1",
          StreamsConfig.POLL_MS_CONFIG,
          "10",
          StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG,
          Long.toString(32L << 20));

  private AggregationSettings() {}

  static Properties of(PipelineConfig config) {
    return StreamsProperties.of(config, new GroupNames(config.pipeline()).aggregation(), DEFAULTS);
  }
}

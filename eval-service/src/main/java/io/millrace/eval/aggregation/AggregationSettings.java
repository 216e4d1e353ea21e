package io.millrace.eval.aggregation;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.StreamsProperties;
import io.millrace.schemas.topics.GroupNames;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** Settings of Kafka Streams. The pipeline's own Kafka properties override these defaults. */
final class AggregationSettings {
  /*
   * The first evaluation of a checkpoint requests a commit of its own, and so does a new champion. The interval bounds the
   * delay of everything else; it is about as long as evaluations are collected: during a commit, no sums are added. The
   * records of a transaction are sent together, when it is committed (a request per record would cost more than everything
   * else). While the broker is still ending the previous transaction, it rejects requests for a moment: they are retried soon,
   * and one at a time, so that later ones are not out of order.
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

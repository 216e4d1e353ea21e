package io.millrace.trainer.windowing;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.BatchAssembly;
import io.millrace.schemas.features.InputSpec;
import io.millrace.schemas.features.RowCodec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * What Kafka Streams is started with. The pipeline's own Kafka properties win over these defaults.
 */
final class WindowingSettings {
  /*
   * In-memory stores give a process a new id at each start, so the transaction of a killed one is
   * aborted only by its timeout, and its partitions are given away only after the session timeout; until then the
   * train log stands still for all instances. Both are therefore as short as a commit every 100 ms allows.
   */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
          "100",
          StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
          "6000",
          StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
          "1500",
          StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG),
          "4000",
          StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG,
          "4000",
          StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
          "5000",
          StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG),
          "5",
          StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG),
          "131072");

  private static final int CACHE_OVERHEAD_BYTES = 256;
  private static final int ENVELOPE_BYTES = 64 << 10;

  private WindowingSettings() {}

  /** The group, and the prefix of the store's changelog. */
  static String applicationId(PipelineConfig config) {
    return config.pipeline() + "-windowing";
  }

  static String changelog(PipelineConfig config) {
    return applicationId(config) + "-" + WindowingProcessor.STORE + "-changelog";
  }

  /**
   * @param partitions of the samples' topic, all of which this instance may have to hold
   */
  static Properties of(PipelineConfig config, int partitions) {
    Map<String, String> settings = new HashMap<>(DEFAULTS);
    settings.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        Integer.toString(config.topics().trainLogMaxMessageBytes() + ENVELOPE_BYTES));
    settings.put(
        StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG,
        Long.toString(cacheBytes(config, partitions)));
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
      case ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, ConsumerConfig.MAX_POLL_RECORDS_CONFIG ->
          StreamsConfig.mainConsumerPrefix(key);
      case ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG ->
          StreamsConfig.consumerPrefix(key);
      case ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
          ProducerConfig.LINGER_MS_CONFIG,
          ProducerConfig.BATCH_SIZE_CONFIG,
          ProducerConfig.MAX_REQUEST_SIZE_CONFIG ->
          StreamsConfig.producerPrefix(key);
      default -> key;
    };
  }

  /** Room for an open batch per partition, so that a slot goes to the changelog once per commit. */
  private static long cacheBytes(PipelineConfig config, int partitions) {
    long slot = new RowCodec(InputSpec.of(config.features())).rowBytes() + CACHE_OVERHEAD_BYTES;
    long batch = (config.training().perDeviceTrainBatchSize() + 1L) * slot;
    return Math.max(16L << 20, 2 * batch * partitions);
  }

  /**
   * @param maxMessageBytes the train log's {@code max.message.bytes}
   * @throws SourceException if a full batch would not fit
   */
  static void requireBatchFits(PipelineConfig config, long maxMessageBytes) {
    List<InputSpec> inputs = InputSpec.of(config.features());
    int samples = config.training().perDeviceTrainBatchSize();
    long bytes = BatchAssembly.maxBytes(inputs, samples);
    if (bytes <= maxMessageBytes) {
      return;
    }
    long perSample = inputs.stream().mapToLong(InputSpec::rowBytes).sum();
    throw new SourceException(
        ("training.per_device_train_batch_size: %d samples of %d bytes of inputs, with labels, weights, offsets and"
                + " names, make a batch of up to %d bytes, but the train log's max.message.bytes is %d; make the batch"
                + " smaller (and gradient_accumulation_steps larger), or raise topics.train_log_max_message_bytes and"
                + " run: millrace topics create FILE")
            .formatted(samples, perSample, bytes, maxMessageBytes));
  }
}

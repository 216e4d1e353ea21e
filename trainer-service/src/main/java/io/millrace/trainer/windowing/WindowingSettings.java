package io.millrace.trainer.windowing;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.BatchAssembly;
import io.millrace.schemas.features.InputSpec;
import io.millrace.schemas.topics.DeadLetterRecord;
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
      Map.ofEntries(
          Map.entry(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, "100"),
          Map.entry(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), "6000"),
          Map.entry(
              StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), "1500"),
          Map.entry(
              StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), "4000"),
          Map.entry(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, "4000"),
          Map.entry(
              StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), "5000"),
          Map.entry(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), "5"),
          Map.entry(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), "131072"),
          // a task has one partition, so there is nothing to wait for
          Map.entry(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, "-1"),
          // there are no global stores; unset, Streams warns at each start, and its assignor again
          Map.entry(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_GLOBAL_ENABLED_CONFIG, "true"),
          Map.entry(
              StreamsConfig.mainConsumerPrefix(
                  StreamsConfig.PROCESSING_EXCEPTION_HANDLER_GLOBAL_ENABLED_CONFIG),
              "true"));

  /** One waits for the broker at each commit; meanwhile the other goes on. */
  private static final int THREADS = 2;

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
        StreamsConfig.NUM_STREAM_THREADS_CONFIG, Integer.toString(Math.min(THREADS, partitions)));
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

  /**
   * How large a message of the dead letters' topic may be: what the topic and our producer allow.
   *
   * @param maxMessageBytes the dead letters' {@code max.message.bytes}
   * @throws SourceException if not even a letter without its record would be sure to fit
   */
  static int letterBytes(PipelineConfig config, long maxMessageBytes) {
    String requestBytes =
        of(config, 1)
            .getProperty(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG));
    long bytes = Math.min(maxMessageBytes, Long.parseLong(requestBytes));
    if (bytes < DeadLetterRecord.LEAST_MESSAGE_BYTES) {
      throw new SourceException(
          "dead letters: messages of %d bytes are allowed (max.message.bytes of the topic, max.request.size of the producer), at least %d are needed; raise them"
              .formatted(bytes, DeadLetterRecord.LEAST_MESSAGE_BYTES));
    }
    return (int) bytes;
  }
}

package io.millrace.trainer.windowing;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.rows.BatchAssembly;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.kafka.StreamsProperties;
import io.millrace.schemas.topics.DeadLetterRecord;
import io.millrace.schemas.topics.GroupNames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The configuration of Kafka Streams. The pipeline's own Kafka properties override these defaults.
 */
final class WindowingSettings {
  private static final Map<String, String> DEFAULTS =
      Map.of(
          StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
          "100",
          StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG),
          "4000",
          StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG,
          "4000",
          StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG),
          "5",
          StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG),
          "131072",
          // a task has one partition, so there is nothing to wait for
          StreamsConfig.MAX_TASK_IDLE_MS_CONFIG,
          "-1");

  /** While one thread waits for the broker at a commit, the other continues. */
  private static final int THREADS = 2;

  private static final int ENVELOPE_BYTES = 64 << 10;

  private WindowingSettings() {}

  static String changelog(PipelineConfig config) {
    return new GroupNames(config.pipeline()).windowing()
        + "-"
        + WindowingProcessor.STORE
        + "-changelog";
  }

  /**
   * @param partitions of the samples' topic, all of which may be assigned to this instance
   */
  static Properties of(PipelineConfig config, int partitions) {
    Map<String, String> settings = new HashMap<>(DEFAULTS);
    settings.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        Integer.toString(config.topics().trainLogMaxMessageBytes() + ENVELOPE_BYTES));
    settings.put(
        StreamsConfig.NUM_STREAM_THREADS_CONFIG, Integer.toString(Math.min(THREADS, partitions)));
    return StreamsProperties.of(config, new GroupNames(config.pipeline()).windowing(), settings);
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
   * The largest message of the dead letters' topic that both the topic and the producer allow.
   *
   * @param maxMessageBytes the dead letters' {@code max.message.bytes}
   * @throws SourceException if even a letter without its record might not fit
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

package io.millrace.schemas.kafka;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;

/**
 * Creates consumers without a group, which receive committed records only, and neither commit
 * offsets nor create topics. If the records at their position were deleted, they continue with the
 * first existing record.
 */
public final class CommittedReader {
  private CommittedReader() {}

  /**
   * Creates a consumer of keys and values as bytes. The caller assigns its partitions and owns it.
   *
   * @param kafka client properties, as in pipeline.yaml
   * @param more further properties of this reader, which override them
   */
  public static KafkaConsumer<byte[], byte[]> open(
      Map<String, String> kafka, Map<String, Object> more) {
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    return new KafkaConsumer<>(settings(kafka, more), bytes, bytes);
  }

  /**
   * As {@link #open}, but its values are read-only views of the buffers in which they were
   * received.
   */
  public static KafkaConsumer<byte[], ByteBuffer> openBuffers(
      Map<String, String> kafka, Map<String, Object> more) {
    return new KafkaConsumer<>(
        settings(kafka, more), new ByteArrayDeserializer(), new ByteBufferDeserializer());
  }

  private static Map<String, Object> settings(Map<String, String> kafka, Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(kafka);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.putAll(more);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    return properties;
  }

  public static KafkaConsumer<byte[], byte[]> open(Map<String, String> kafka) {
    return open(kafka, Map.of());
  }
}

package io.millrace.eval.intake;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.topics.GroupNames;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Settings of scoring's Kafka clients. The pipeline's own Kafka properties override these defaults,
 * but not the settings that exactly-once needs.
 */
public final class ScoringSettings {
  private ScoringSettings() {}

  /*
   * The partitions of a killed instance wait for its session time-out, and for the time-out of its open transaction if it had
   * one: both are as short as windowing's. When an instance joins or leaves, the others keep their other partitions. The
   * operating system sizes the socket's buffer: with Kafka's 64 KB, each byte takes a third more CPU time, here and in the
   * broker.
   */
  static Map<String, Object> consumer(PipelineConfig config) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000);
    settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_500);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 4_000);
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 2 << 20);
    settings.put(
        ConsumerConfig.RECEIVE_BUFFER_CONFIG, CommonClientConfigs.RECEIVE_BUFFER_LOWER_BOUND);
    settings.putAll(config.kafka());
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, new GroupNames(config.pipeline()).scoring());
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    return settings;
  }

  /**
   * @param transactionalId used by this instance alone
   */
  public static Map<String, Object> producer(PipelineConfig config, String transactionalId) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 5_000);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
    settings.putAll(config.kafka());
    // the records of a transaction are sent together, when it is committed
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 1_000);
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    return settings;
  }

  /**
   * With {@code group.instance.id}, a restarted instance aborts its own open transaction at once;
   * without it, the broker does so after the time-out. In both cases the writes of a zombie are
   * rejected, because offsets are committed with the group's generation.
   */
  public static String transactionalId(PipelineConfig config) {
    String instance = config.kafka().get(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    return new GroupNames(config.pipeline()).scoring()
        + "-"
        + (instance == null ? UUID.randomUUID().toString() : instance);
  }
}

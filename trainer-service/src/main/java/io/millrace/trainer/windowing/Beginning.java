package io.millrace.trainer.windowing;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.Transactions;
import io.millrace.schemas.topics.GroupNames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.ExponentialBackoff;
import org.apache.kafka.common.utils.Utils;

/**
 * Decides where a pipeline begins in its samples: once, even if several processes decide at the
 * same time. Thread-safe.
 */
final class Beginning {
  /*
   * The decision is two sets of committed offsets: those of windowing's own group, which advance,
   * and those of a second group, which stay and record where the pipeline began. One transaction
   * writes both, and its id is the pipeline's: initTransactions fences any other process that is
   * deciding, and waits until earlier commits are visible. So the second process finds the decision
   * of the first, and the first reads again until it finds its own.
   */
  private static final int ATTEMPTS = 10;

  private static final ExponentialBackoff BACKOFF = new ExponentialBackoff(50, 2, 1_000, 0.5);

  private final PipelineConfig config;
  private final GroupNames groups;

  Beginning(PipelineConfig config) {
    this.config = config;
    this.groups = new GroupNames(config.pipeline());
  }

  /**
   * Decides, unless a decision exists. Afterwards the decision can be read.
   *
   * @param isDecided whether windowing's group has positions
   */
  void decide(BooleanSupplier isDecided, Map<TopicPartition, Long> start) {
    for (int attempt = 1; !isFound(isDecided, start, attempt); attempt++) {
      if (attempt == ATTEMPTS) {
        throw new SourceException(
            "where to begin was written %d times but not found: other processes decide at the same time; start"
                    .formatted(ATTEMPTS)
                + " one instance first");
      }
    }
  }

  private boolean isFound(BooleanSupplier isDecided, Map<TopicPartition, Long> start, int attempt) {
    try {
      return isFoundElseWritten(isDecided, start);
    } catch (KafkaException e) {
      if (attempt < ATTEMPTS && Transactions.isFenced(e)) {
        // each attempt fences the other processes; immediate retries would fence each other for
        // ever
        Utils.sleep(BACKOFF.backoff(attempt));
        return false;
      }
      throw e;
    }
  }

  private boolean isFoundElseWritten(BooleanSupplier isDecided, Map<TopicPartition, Long> start) {
    try (Producer<byte[], byte[]> producer = producer()) {
      producer.initTransactions();
      if (isDecided.getAsBoolean()) {
        return true;
      }
      Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
      start.forEach((partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset)));
      producer.beginTransaction();
      for (String group : List.of(groups.windowing(), groups.beginning())) {
        producer.sendOffsetsToTransaction(offsets, new ConsumerGroupMetadata(group));
      }
      producer.commitTransaction();
      return false;
    }
  }

  private Producer<byte[], byte[]> producer() {
    Map<String, Object> properties = new HashMap<>(config.kafka());
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, groups.beginning());
    properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 10_000);
    ByteArraySerializer bytes = new ByteArraySerializer();
    return new KafkaProducer<>(properties, bytes, bytes);
  }
}

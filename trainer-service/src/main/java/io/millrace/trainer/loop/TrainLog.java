package io.millrace.trainer.loop;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.trainer.training.TrainingException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The train log, and the right to train on it: whoever the group assigns its one partition leads,
 * the others stand by. Positions come from checkpoints, never from the group. Confined to one
 * thread, except {@link #wakeup}.
 */
final class TrainLog implements AutoCloseable {
  private static final long SIGN_OF_LIFE_NANOS = 1_000_000_000L;

  private final Consumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private long polledNanos;
  private long terms;
  private boolean leading;

  private TrainLog(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
    this.consumer = consumer;
    this.partition = partition;
    join();
  }

  static TrainLog open(PipelineConfig config) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "6000");
    properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, "1500");
    properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Integer.toString(16 << 20));
    // one partition: what a fetch may bring is what a partition may bring
    properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Integer.toString(8 << 20));
    properties.putAll(config.kafka());
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, config.pipeline() + "-trainer");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    // a standby that joins or leaves takes nothing away from the one that leads
    properties.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    var bytes = new ByteArrayDeserializer();
    return new TrainLog(
        new KafkaConsumer<>(properties, bytes, bytes),
        new TopicPartition(new TopicNames(config.pipeline()).trainLog(), 0));
  }

  private void join() {
    consumer.subscribe(
        List.of(partition.topic()),
        new ConsumerRebalanceListener() {
          @Override
          public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            if (assigned.contains(partition)) {
              consumer.pause(List.of(partition));
              consumer.seek(partition, 0);
              terms++;
              leading = true;
            }
          }

          @Override
          public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            leading &= !revoked.contains(partition);
          }

          @Override
          public void onPartitionsLost(Collection<TopicPartition> lost) {
            leading &= !lost.contains(partition);
          }
        });
  }

  /** The running number of the term in which this process leads; empty while it stands by. */
  OptionalLong term() {
    return leading ? OptionalLong.of(terms) : OptionalLong.empty();
  }

  /** Gives up leading, and stands by again. */
  void rejoin() {
    consumer.unsubscribe();
    leading = false;
    join();
  }

  /**
   * Starts to read, while leading.
   *
   * @throws TrainingException if the log no longer has, or does not yet have, this offset
   */
  void seek(long offset) {
    long begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
    long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    if (offset < begin || offset > end) {
      throw new TrainingException(
          ("%s holds offsets %d to %d, but training stands at %d; the batches between are lost: restore the topic, or"
                  + " give the pipeline another name")
              .formatted(partition.topic(), begin, end, offset));
    }
    consumer.seek(partition, offset);
    consumer.resume(List.of(partition));
  }

  ConsumerRecords<byte[], byte[]> poll(Duration patience) {
    polledNanos = System.nanoTime();
    return consumer.poll(patience);
  }

  /**
   * Whether this process still leads in that term. To be asked between the records of a poll: the
   * group must hear of this consumer while steps are slow, and nothing is read for that.
   */
  boolean isStillLeading(OptionalLong inTerm) {
    if (System.nanoTime() - polledNanos >= SIGN_OF_LIFE_NANOS) {
      consumer.pause(List.of(partition));
      poll(Duration.ZERO);
      if (term().equals(inTerm)) {
        consumer.resume(List.of(partition));
      }
    }
    return term().equals(inTerm);
  }

  /** Records not yet polled, as far as is known. */
  long lag() {
    return consumer.currentLag(partition).orElse(0);
  }

  /** Ends a poll of the loop's thread; any thread may call it. */
  void wakeup() {
    consumer.wakeup();
  }

  Consumer<byte[], byte[]> consumer() {
    return consumer;
  }

  @Override
  public void close() {
    consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(2)));
  }
}

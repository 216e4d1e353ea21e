package io.millrace.schemas.topics;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Reads a partition from its beginning to the end it had when asked. */
public final class TopicEnd {
  private TopicEnd() {}

  public static void read(
      org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
      TopicPartition partition,
      Duration patience,
      Consumer<ConsumerRecord<byte[], byte[]>> each) {
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    long deadlineNanos = System.nanoTime() + patience.toNanos();
    while (consumer.position(partition) < end) {
      consumer.poll(Duration.ofMillis(100)).forEach(each);
      if (System.nanoTime() > deadlineNanos) {
        throw new KafkaException(
            partition
                + " could not be read to offset "
                + end
                + " within "
                + patience
                + "; stood at "
                + consumer.position(partition));
      }
    }
  }
}

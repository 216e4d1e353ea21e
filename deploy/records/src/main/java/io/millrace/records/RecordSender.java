package io.millrace.records;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends records to a topic, in order, at a given pace, on a thread of its own. Thread-safe.
 *
 * <p>Record n goes to partition n mod P. An idempotent producer keeps the order of each partition
 * without gaps, so a partition always holds a prefix of its records: its end offset alone
 * determines where to continue, even after a kill.
 */
public final class RecordSender implements AutoCloseable {
  private static final long NAP_NANOS = 500_000;
  private static final Map<String, Object> PRODUCER =
      Map.of(
          ProducerConfig.LINGER_MS_CONFIG,
          2,
          ProducerConfig.BATCH_SIZE_CONFIG,
          1 << 16,
          ProducerConfig.ACKS_CONFIG,
          "all",
          ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
          true);

  private final Iterator<byte[]> records;
  private final ResumedTopic topic;
  private final Pace pace;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private final Thread thread = new Thread(this::run, "millrace-produce");
  private volatile long sent;
  private volatile boolean closing;

  private RecordSender(
      Map<String, String> kafka, ResumedTopic topic, Iterator<byte[]> records, Pace pace) {
    this.records = records;
    this.topic = topic;
    this.pace = pace;
    Map<String, Object> properties = new HashMap<>(kafka);
    properties.putAll(PRODUCER);
    var bytes = new ByteArraySerializer();
    this.producer = new KafkaProducer<>(properties, bytes, bytes);
  }

  /**
   * @param topic its current state; the records that it already holds are not sent again
   * @param records from the first one on; used by this sender only
   */
  public static RecordSender start(
      Map<String, String> kafka, ResumedTopic topic, Iterator<byte[]> records, Pace pace) {
    RecordSender sender = new RecordSender(kafka, topic, records, pace);
    sender.thread.start();
    return sender;
  }

  /** How many records this sender has sent. */
  public long sent() {
    return sent;
  }

  /**
   * Completes when all records are in the topic, or when closed; completes exceptionally if sending
   * fails.
   */
  public CompletableFuture<Void> end() {
    return end;
  }

  private void run() {
    try (producer) {
      send();
      producer.flush();
      requireSound();
      end.complete(null);
    } catch (Exception e) {
      end.completeExceptionally(e);
    }
  }

  /**
   * Records that the topic already holds are only compared, per partition: after a kill, the
   * partitions may have different lengths.
   */
  private void send() {
    long[] offsets = new long[topic.partitions()];
    long startNanos = System.nanoTime();
    for (int partition = 0; records.hasNext(); partition = (partition + 1) % offsets.length) {
      byte[] record = records.next();
      long offset = offsets[partition]++;
      if (offset < topic.end(partition)) {
        topic.requireSame(partition, offset, record);
        continue;
      }
      while (sent >= pace.allowed(System.nanoTime() - startNanos) && !closing) {
        requireSound();
        LockSupport.parkNanos(NAP_NANOS);
      }
      if (closing) {
        return;
      }
      producer.send(
          new ProducerRecord<>(topic.name(), partition, null, record),
          (place, why) -> {
            if (why != null) {
              failure.compareAndSet(null, why);
            }
          });
      sent = sent + 1;
    }
  }

  private void requireSound() {
    Exception why = failure.get();
    if (why != null) {
      throw new RecordsException("records could not be sent: " + why.getMessage(), why);
    }
  }

  /** Stops sending. Records that were sent stay in the topic. Closing again does nothing. */
  @Override
  public void close() {
    closing = true;
    try {
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How many records may have been sent by a given time. */
  @FunctionalInterface
  public interface Pace {
    /**
     * @param nanos since the start
     * @return how many records may have been sent by then, counted from the start
     */
    long allowed(long nanos);

    /** As fast as the broker accepts records. */
    static Pace unlimited() {
      return nanos -> Long.MAX_VALUE;
    }

    /** A fixed number of records per second, regardless of the consumers. */
    static Pace fixed(double recordsPerSecond) {
      return nanos -> (long) (recordsPerSecond * nanos / 1e9) + 1;
    }

    /**
     * At most this many records ahead of the slowest stage. It always has work, and the weights
     * that score stay fresh.
     *
     * @param handled how many of the sent records the slowest stage has processed
     */
    static Pace keepingUp(LongSupplier handled, long maxBehind) {
      return nanos -> handled.getAsLong() + maxBehind;
    }
  }
}

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
 * Sends records to a topic, in order, at a pace, on a thread of its own. Thread-safe.
 *
 * <p>Record n goes to partition n mod P. An idempotent producer keeps each partition's order
 * without gaps, so that what a partition holds is always the beginning of what it is to hold: its
 * end alone says where to go on, even after a kill.
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
  private final Thread thread = new Thread(this::run, "millrace-replay");
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
   * @param topic as it stands: what it has is not sent again
   * @param records from the first one on; used by this replay alone
   */
  public static RecordSender start(
      Map<String, String> kafka, ResumedTopic topic, Iterator<byte[]> records, Pace pace) {
    RecordSender replay = new RecordSender(kafka, topic, records, pace);
    replay.thread.start();
    return replay;
  }

  /** How many records this replay has sent. */
  public long sent() {
    return sent;
  }

  /** Completes when all records are in the topic, or when closed; fails with why not. */
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

  /** What the topic has is only compared, each partition by itself: a kill leaves them uneven. */
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

  /** Stops sending; what was sent stays. Closing again does nothing. */
  @Override
  public void close() {
    closing = true;
    try {
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How far a replay may have come by now. */
  @FunctionalInterface
  public interface Pace {
    /**
     * @param nanos since the replay began
     * @return how many records may be out by then, counted from the replay's beginning
     */
    long allowed(long nanos);

    /** As fast as the broker takes them. */
    static Pace unlimited() {
      return nanos -> Long.MAX_VALUE;
    }

    /** So many records in each second, whatever becomes of them. */
    static Pace fixed(double recordsPerSecond) {
      return nanos -> (long) (recordsPerSecond * nanos / 1e9) + 1;
    }

    /**
     * As fast as the slowest stage, which is never left further behind than this: it has work all
     * the time, and the weights that score stay fresh.
     *
     * @param handled how many records of the replay the slowest stage has dealt with
     */
    static Pace keepingUp(LongSupplier handled, long maxBehind) {
      return nanos -> handled.getAsLong() + maxBehind;
    }
  }
}

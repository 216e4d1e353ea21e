package io.millrace.trainer.leading;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.topics.GroupNames;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.trainer.training.TrainingException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The train log, and the right to train on it: whoever the group assigns its one partition leads,
 * the others stand by. Positions come from checkpoints, never from the group.
 *
 * <p>Records are read ahead on a thread of its own, so that a step never waits for bytes that are
 * on their way. Its methods are for one other thread, the one that trains. Once that one asks for
 * nothing any more, the group hears of neither: a trainer that hangs loses its lead after {@code
 * max.poll.interval.ms}.
 */
final class TrainLog implements AutoCloseable {
  private static final long HANGS_AFTER_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long CLOSE_MS = 3_000;

  private final Consumer<byte[], byte[]> consumer;
  private final TrainLogReader reader;
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private final Thread thread = new Thread(this::read, "millrace-train-log");
  private volatile long askedNanos = System.nanoTime();

  private TrainLog(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
    this.consumer = consumer;
    this.reader =
        new TrainLogReader(
            consumer, partition, () -> System.nanoTime() - askedNanos < HANGS_AFTER_NANOS);
  }

  static TrainLog open(PipelineConfig config) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "6000");
    properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, "1500");
    properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Integer.toString(16 << 20));
    // one partition: what a fetch may bring is what a partition may bring
    properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Integer.toString(8 << 20));
    properties.putAll(config.kafka());
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, new GroupNames(config.pipeline()).trainer());
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    // a standby that joins or leaves takes nothing away from the one that leads
    properties.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    var bytes = new ByteArrayDeserializer();
    Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties, bytes, bytes);
    try {
      TrainLog log =
          new TrainLog(
              consumer, new TopicPartition(new TopicNames(config.pipeline()).trainLog(), 0));
      log.thread.start();
      return log;
    } catch (RuntimeException | Error e) {
      consumer.close();
      throw e;
    }
  }

  private void read() {
    try {
      reader.run();
      end.completeExceptionally(new CancellationException("the train log is closed"));
    } catch (RuntimeException | Error e) {
      end.completeExceptionally(e);
    }
  }

  /** The running number of the term in which this process leads; empty while it stands by. */
  OptionalLong term() {
    askedNanos = System.nanoTime();
    return reader.term();
  }

  /** Gives up leading, and stands by again. */
  void rejoin() {
    request(reader::rejoin);
  }

  /**
   * Starts to read, while leading.
   *
   * @throws TrainingException if the log no longer has, or does not yet have, this offset
   */
  void seek(long offset) {
    request(() -> reader.seek(offset));
  }

  /* Waits until it is done, or can no longer be. */
  private void request(Runnable wanted) {
    askedNanos = System.nanoTime();
    CompletableFuture<Void> done = CompletableFuture.runAsync(wanted, reader::request);
    await(CompletableFuture.anyOf(done, end));
  }

  private static void await(CompletableFuture<?> future) {
    try {
      future.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /**
   * The next records; empty if none came.
   *
   * @throws RuntimeException what ended reading
   */
  ConsumerRecords<byte[], byte[]> poll(Duration patience) {
    askedNanos = System.nanoTime();
    try {
      ConsumerRecords<byte[], byte[]> records = reader.take(patience);
      if (records.isEmpty() && end.isDone()) {
        await(end);
      }
      return records;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrainingException("interrupted while waiting for the train log", e);
    }
  }

  /** Records not yet polled, as far as is known. */
  long lag() {
    return reader.lag();
  }

  Consumer<byte[], byte[]> consumer() {
    return consumer;
  }

  /** Leaves the group, so that a standby takes over at once. */
  @Override
  public void close() {
    reader.stop();
    try {
      thread.join(CLOSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

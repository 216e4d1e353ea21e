package io.millrace.trainer.leading;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.time.Clock;
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
 * The train log, and the right to train on it: the process to which the group assigns its one
 * partition leads, the others stand by. Positions come from checkpoints, never from the group.
 *
 * <p>Records are read ahead on a separate thread, so that a step never waits for a fetch. The
 * methods are for one other thread, the one that trains. If that thread makes no more calls, the
 * consumer is no longer polled: a trainer that hangs loses the lead after {@code
 * max.poll.interval.ms}.
 */
final class TrainLog implements AutoCloseable {
  private static final long HANGING_AFTER_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long CLOSE_MS = 3_000;

  private final Consumer<byte[], byte[]> consumer;
  private final TrainLogReader reader;
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private final Thread thread = new Thread(this::read, "millrace-train-log");
  private final Clock clock;
  private volatile long lastCallNanos;

  TrainLog(Consumer<byte[], byte[]> consumer, TopicPartition partition, Clock clock) {
    this.consumer = consumer;
    this.clock = clock;
    this.lastCallNanos = clock.nanos();
    this.reader = new TrainLogReader(consumer, partition, this::isInUse);
  }

  static TrainLog open(PipelineConfig config, Clock clock) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "6000");
    properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, "1500");
    properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Integer.toString(16 << 20));
    // with one partition, this limits a whole fetch
    properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Integer.toString(8 << 20));
    properties.putAll(config.kafka());
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, new GroupNames(config.pipeline()).trainer());
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    // a standby that joins or leaves does not take the partition from the leader
    properties.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    var bytes = new ByteArrayDeserializer();
    Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties, bytes, bytes);
    try {
      TrainLog log =
          new TrainLog(
              consumer, new TopicPartition(new TopicNames(config.pipeline()).trainLog(), 0), clock);
      log.thread.start();
      return log;
    } catch (RuntimeException | Error e) {
      consumer.close();
      throw e;
    }
  }

  /** Whether the thread that trains has called within the last ten seconds. */
  boolean isInUse() {
    return clock.nanos() - lastCallNanos < HANGING_AFTER_NANOS;
  }

  private void read() {
    try {
      reader.run();
      end.completeExceptionally(new CancellationException("the train log is closed"));
    } catch (RuntimeException | Error e) {
      end.completeExceptionally(e);
    }
  }

  /** The number of this process's current term; empty while it stands by. */
  OptionalLong term() {
    lastCallNanos = clock.nanos();
    return reader.term();
  }

  /** Gives up the lead and stands by again. */
  void rejoin() {
    request(reader::rejoin);
  }

  /**
   * Starts reading at an offset. Only while leading.
   *
   * @throws TrainingException if the train log no longer has, or does not yet have, this offset
   */
  void seek(long offset) {
    request(() -> reader.seek(offset));
  }

  /* Waits until the task has run, or until the reader has ended. */
  private void request(Runnable task) {
    lastCallNanos = clock.nanos();
    CompletableFuture<Void> done = CompletableFuture.runAsync(task, reader::request);
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
   * The next records; empty if none arrived within the timeout.
   *
   * @throws RuntimeException the failure that ended reading
   */
  ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    lastCallNanos = clock.nanos();
    try {
      ConsumerRecords<byte[], byte[]> records = reader.take(timeout);
      if (records.isEmpty() && end.isDone()) {
        await(end);
      }
      return records;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrainingException("interrupted while waiting for the train log", e);
    }
  }

  /** The number of records not yet polled, as last known. */
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

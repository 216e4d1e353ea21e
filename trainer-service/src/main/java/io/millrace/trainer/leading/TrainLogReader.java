package io.millrace.trainer.leading;

import io.millrace.schemas.threads.ThreadOwner;
import io.millrace.trainer.training.TrainingException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Polls the train log ahead of training, and keeps this process in the group. Owns the consumer,
 * whose position changes only between two polls, on the thread of {@link #run}.
 */
final class TrainLogReader {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration CLOSE = Duration.ofSeconds(2);
  private static final long KEEP_ALIVE_MS = 1_000;
  private static final int MAX_FETCHED = 2;

  private final ThreadOwner owner = new ThreadOwner("the reader of the train log");
  private final Consumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private final BooleanSupplier isInUse;
  private final BlockingQueue<Runnable> requests = new LinkedBlockingQueue<>();
  private final BlockingQueue<ConsumerRecords<byte[], byte[]>> fetched =
      new LinkedBlockingQueue<>();
  private boolean reading;
  private long termCount;
  private volatile OptionalLong term = OptionalLong.empty();
  private volatile long lag;
  private volatile boolean closing;

  /**
   * @param isInUse whether the thread that trains still makes calls; while it does not, the
   *     consumer is not polled
   */
  TrainLogReader(
      Consumer<byte[], byte[]> consumer, TopicPartition partition, BooleanSupplier isInUse) {
    this.consumer = consumer;
    this.partition = partition;
    this.isInUse = isInUse;
  }

  /** The number of the current term; empty while this process stands by. Thread-safe. */
  OptionalLong term() {
    return term;
  }

  /** The number of records that {@link #take} has not returned, as last known. Thread-safe. */
  long lag() {
    return lag + fetched.stream().mapToLong(ConsumerRecords::count).sum();
  }

  /** Runs a task on the thread of {@link #run} before its next poll. Thread-safe. */
  void request(Runnable task) {
    requests.add(task);
  }

  /**
   * The next records; empty if none arrived within the timeout. For one thread other than that of
   * {@link #run}.
   */
  ConsumerRecords<byte[], byte[]> take(Duration timeout) throws InterruptedException {
    ConsumerRecords<byte[], byte[]> records =
        fetched.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
    if (records == null) {
      return ConsumerRecords.empty();
    }
    request(() -> {}); // wakes run: the queue has space again
    return records;
  }

  /** Ends {@link #run}. Thread-safe. */
  void stop() {
    closing = true;
    consumer.wakeup();
    request(() -> {});
  }

  /** Reads until stopped; then leaves the group. */
  void run() {
    owner.claim();
    try {
      join();
      while (!closing) {
        runOnce();
      }
    } catch (WakeupException e) {
      // stopped
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      consumer.close(CloseOptions.timeout(CLOSE));
    }
  }

  private void runOnce() throws InterruptedException {
    boolean canRead = fetched.size() < MAX_FETCHED && isInUse.getAsBoolean();
    Runnable request =
        canRead ? requests.poll() : requests.poll(KEEP_ALIVE_MS, TimeUnit.MILLISECONDS);
    if (request != null) {
      request.run();
    } else if (canRead) {
      read();
    } else if (isInUse.getAsBoolean()) {
      keepAlive();
    }
  }

  private void read() {
    ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
    lag = term.isPresent() ? consumer.currentLag(partition).orElse(0) : 0;
    if (!records.isEmpty()) {
      fetched.add(records);
    }
  }

  /** Polls without fetching, so that this consumer stays in the group while steps are slow. */
  private void keepAlive() {
    boolean wasReading = reading;
    if (wasReading) {
      consumer.pause(List.of(partition));
    }
    consumer.poll(Duration.ZERO);
    if (wasReading && reading) {
      consumer.resume(List.of(partition));
    }
  }

  /** Starts reading at an offset. Only on the thread of {@link #run}, while leading. */
  void seek(long offset) {
    owner.assertHeld();
    fetched.clear();
    long begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
    long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    if (offset < begin || offset > end) {
      throw new TrainingException(
          ("%s holds offsets %d to %d, but training is at offset %d; the batches between are lost: restore the topic, or"
                  + " give the pipeline another name")
              .formatted(partition.topic(), begin, end, offset));
    }
    consumer.seek(partition, offset);
    consumer.resume(List.of(partition));
    reading = true;
  }

  /** Gives up the lead and stands by again. Only on the thread of {@link #run}. */
  void rejoin() {
    owner.assertHeld();
    consumer.unsubscribe();
    standBy();
    join();
  }

  private void standBy() {
    term = OptionalLong.empty();
    reading = false;
  }

  private void join() {
    consumer.subscribe(List.of(partition.topic()), new Assignment());
  }

  private final class Assignment implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
      owner.assertHeld();
      if (assigned.contains(partition)) {
        consumer.pause(List.of(partition));
        consumer.seek(partition, 0);
        reading = false;
        term = OptionalLong.of(++termCount);
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
      if (revoked.contains(partition)) {
        standBy();
      }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> lost) {
      onPartitionsRevoked(lost);
    }
  }
}

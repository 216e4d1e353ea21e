package io.millrace.schemas.kafka;

import io.millrace.schemas.ops.LogThrottle;
import io.millrace.schemas.threads.ThreadOwner;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.utils.ExponentialBackoff;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads topics continuously on a named thread of its own, without a group: each record once, in the
 * order of its partition, starting with the records that exist at the start. The owner chooses what
 * happens on a failure. Thread-safe, except for {@link #position} and {@link #isAtEnd}.
 *
 * <pre>
 *   STARTING -> FOLLOWING &lt;-> RETRYING        (only with {@link OnFailure#RETRY})
 *        any -> CLOSED (by {@link #close}) or FAILED (no further deliveries)
 * </pre>
 */
public final class TopicFollower implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TopicFollower.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CLOSE_CONSUMER = Duration.ofSeconds(1);
  private static final long CLOSE_MS = 3_000;
  private static final ExponentialBackoff BACKOFF = new ExponentialBackoff(250, 2, 5_000, 0.2);

  /** What the follower does if Kafka or the listener throws. */
  public enum OnFailure {
    /**
     * It waits, longer after each failure and at most about five seconds, and continues at the same
     * position: a record at which the listener threw is delivered again. This also holds for an
     * {@link Error}: a thread that ended would look healthy.
     */
    RETRY,
    /** It ends. {@link TopicFollower#start} throws if it cannot start. */
    FAIL
  }

  /** The follower's state. */
  public enum State {
    STARTING,
    FOLLOWING,
    RETRYING,
    FAILED,
    CLOSED
  }

  /** Receives the records. All methods are called on the follower's thread. */
  public interface Listener {
    /**
     * Processes a record.
     *
     * @return false if the record cannot be read: it is skipped, counted, and logged at a bounded
     *     rate
     */
    boolean onRecord(ConsumerRecord<byte[], byte[]> record);

    /** Called once, after the records that existed at the start were delivered. */
    default void onCaughtUp() {}

    /** Called after each poll and its records, at least about five times a second. */
    default void afterPoll(TopicFollower follower) {}

    /**
     * Called after a change of the state. Must not throw.
     *
     * @param why the reason of {@link State#RETRYING} and {@link State#FAILED}, otherwise null; in
     *     {@link State#RETRYING} also called for each further failure
     */
    default void onState(State now, @Nullable Throwable why) {}
  }

  /** Where to begin in a partition. */
  @FunctionalInterface
  public interface Start {
    Start BEGINNING = (partition, begin, end) -> begin;

    /**
     * @param begin the first existing offset
     * @param end the present end, exclusive
     */
    long offset(TopicPartition partition, long begin, long end);
  }

  private final Consumer<byte[], byte[]> consumer;
  private final List<String> topics;
  private final Start start;
  private final OnFailure onFailure;
  private final Listener listener;
  private final Thread thread;
  private final ThreadOwner owner;
  private final Deque<ConsumerRecord<byte[], byte[]>> undelivered = new ArrayDeque<>();
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final LogThrottle failureLog = new LogThrottle();
  private final LogThrottle skippedLog = new LogThrottle();
  private @Nullable Map<TopicPartition, Long> ends;
  private int failures;
  private volatile long skipped;
  private volatile State state = State.STARTING;

  private TopicFollower(
      String name,
      Consumer<byte[], byte[]> consumer,
      List<String> topics,
      Start start,
      OnFailure onFailure,
      Listener listener) {
    this.consumer = consumer;
    this.topics = List.copyOf(topics);
    this.start = start;
    this.onFailure = onFailure;
    this.listener = listener;
    this.thread = new Thread(this::run, name);
    this.owner = new ThreadOwner(name);
    thread.setDaemon(true);
  }

  /**
   * Starts to follow all present partitions of the topics.
   *
   * @param name the name of the thread
   * @param consumer from {@link CommittedReader}; the follower takes it over and closes it
   * @throws RuntimeException with {@link OnFailure#FAIL}, if the topics cannot be read
   */
  public static TopicFollower start(
      String name,
      Consumer<byte[], byte[]> consumer,
      List<String> topics,
      Start start,
      OnFailure onFailure,
      Listener listener) {
    TopicFollower follower = new TopicFollower(name, consumer, topics, start, onFailure, listener);
    try {
      if (onFailure == OnFailure.FAIL) {
        follower.assign();
      }
      follower.thread.start();
    } catch (RuntimeException | Error e) {
      consumer.close(CloseOptions.timeout(CLOSE_CONSUMER));
      throw e;
    }
    return follower;
  }

  /**
   * Waits until the records that existed at the start have been delivered.
   *
   * @return false if the follower ended before
   */
  public boolean awaitCaughtUp() throws InterruptedException {
    caughtUp.await();
    return state != State.CLOSED && state != State.FAILED && closed.getCount() > 0;
  }

  public State state() {
    return state;
  }

  /** How many records were skipped because they could not be read. */
  public long skipped() {
    return skipped;
  }

  /** Only on the follower's thread: the next offset to read, after transaction markers. */
  public long position(TopicPartition partition) {
    owner.assertHeld();
    return consumer.position(partition);
  }

  /** Only on the follower's thread: whether all present records were read. Queries Kafka. */
  public boolean isAtEnd() {
    owner.assertHeld();
    return consumer.endOffsets(consumer.assignment()).entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private void run() {
    owner.claim();
    try {
      while (closed.getCount() > 0) {
        tryFollow();
      }
      change(State.CLOSED, null);
    } catch (RuntimeException | Error e) {
      log.atError()
          .setCause(e)
          .addKeyValue("topics", topics)
          .log("topics are not followed any more");
      change(State.FAILED, e);
    } finally {
      caughtUp.countDown();
      consumer.close(CloseOptions.timeout(CLOSE_CONSUMER));
    }
  }

  private void tryFollow() {
    try {
      follow();
      failures = 0;
      if (state != State.FOLLOWING) {
        change(State.FOLLOWING, null);
      }
    } catch (WakeupException e) {
      log.atDebug().log("asked to end");
    } catch (InterruptException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      if (onFailure == OnFailure.FAIL) {
        throw e;
      }
      failures++;
      warn(e);
      change(State.RETRYING, e);
      pause();
    }
  }

  private void warn(Throwable failure) {
    failureLog
        .tryLog(System.nanoTime())
        .ifPresent(
            unlogged ->
                log.atWarn()
                    .setCause(failure)
                    .addKeyValue("topics", topics)
                    .addKeyValue("failures", failures)
                    .addKeyValue("unlogged", unlogged)
                    .log("topics cannot be followed, will retry"));
  }

  private void follow() {
    Map<TopicPartition, Long> until = ends == null ? assign() : ends;
    if (caughtUp.getCount() > 0 && undelivered.isEmpty() && isAt(until)) {
      listener.onCaughtUp();
      caughtUp.countDown();
    }
    if (undelivered.isEmpty()) {
      consumer.poll(POLL).forEach(undelivered::add);
    }
    for (var record = undelivered.peek(); record != null; record = undelivered.peek()) {
      if (closed.getCount() == 0) {
        return;
      }
      if (!listener.onRecord(record)) {
        skip(record);
      }
      undelivered.remove();
    }
    listener.afterPoll(this);
  }

  private Map<TopicPartition, Long> assign() {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : topics) {
      List<TopicPartition> found = TopicRead.partitions(consumer, topic);
      if (found.isEmpty()) {
        throw new AnswerException(
            AnswerException.Kind.UNKNOWN_TOPIC, "topic " + topic + " does not exist; create it");
      }
      partitions.addAll(found);
    }
    consumer.assign(partitions);
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> found = consumer.endOffsets(partitions);
    for (TopicPartition partition : partitions) {
      long begin = begins.getOrDefault(partition, 0L);
      long from = start.offset(partition, begin, found.getOrDefault(partition, begin));
      consumer.seek(partition, from);
    }
    ends = found;
    return found;
  }

  private boolean isAt(Map<TopicPartition, Long> until) {
    return until.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private void skip(ConsumerRecord<byte[], byte[]> record) {
    skipped++;
    skippedLog
        .tryLog(System.nanoTime())
        .ifPresent(
            unlogged ->
                log.atWarn()
                    .addKeyValue("topic", record.topic())
                    .addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("unlogged", unlogged)
                    .log("a record cannot be read, skipped"));
  }

  private void change(State now, @Nullable Throwable why) {
    state = now;
    try {
      listener.onState(now, why);
    } catch (RuntimeException e) {
      log.atError().setCause(e).addKeyValue("state", now).log("a state could not be reported");
    }
  }

  private void pause() {
    try {
      if (closed.await(BACKOFF.backoff(failures - 1L), TimeUnit.MILLISECONDS)) {
        log.atDebug().log("asked to end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptException(e);
    }
  }

  /** Ends within seconds. On the follower's own thread, it ends after the current record. */
  @Override
  public void close() {
    closed.countDown();
    consumer.wakeup();
    if (Thread.currentThread() == thread) {
      return;
    }
    try {
      thread.join(CLOSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

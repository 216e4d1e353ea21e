package io.millrace.eval.commit;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.ops.LogThrottle;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.time.Clock;
import io.millrace.schemas.topics.TopicNames;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that no score counted for a sample that the checkpoint was trained on, on a thread of its
 * own. It does not rely on announced lineages: it reads from the train log which samples trained a
 * checkpoint. A score that counted for a sample at or below the last one trained is a leak.
 *
 * <p>Only {@link #close} ends it. After any failure it is not ready, pauses (longer each time), and
 * resumes where it stopped. Scores that arrive while too many are waiting are dropped unchecked and
 * counted.
 */
public final class Audit implements AutoCloseable {
  /** Each takes about 100 bytes. */
  static final int MAX_WAITING = 100_000;

  private static final Logger log = LoggerFactory.getLogger(Audit.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final TopicPartition trainLog;
  private final AuditMeters meters;
  private final Readiness.Condition ready;
  private final Clock clock;
  private final ConcurrentLinkedQueue<List<CountedSamples.CountedRange>> inbox =
      new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final TrainedOffsets trained = new TrainedOffsets();
  private final Queue<CountedSamples.CountedRange> pending = new ArrayDeque<>();
  private final LogThrottle failureLog = new LogThrottle();
  private final LogThrottle unreadableLog = new LogThrottle();
  private final LogThrottle leakLog = new LogThrottle();
  private final Thread thread = new Thread(this::run, "millrace-scoring-audit");
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile long checkedNanos;
  private volatile long offset;
  private int failures;

  public Audit(PipelineConfig config, AuditMeters meters, Readiness.Condition ready, Clock clock) {
    this(
        () -> CommittedReader.open(config.kafka(), Map.of("auto.offset.reset", "earliest")),
        new TopicPartition(new TopicNames(config.pipeline()).trainLog(), 0),
        meters,
        ready,
        clock);
  }

  /**
   * @param consumers opens a {@code read_committed} consumer, which this closes; called again after
   *     each failure
   * @param ready met while the audit is working
   */
  Audit(
      Supplier<Consumer<byte[], byte[]>> consumers,
      TopicPartition trainLog,
      AuditMeters meters,
      Readiness.Condition ready,
      Clock clock) {
    this.consumers = consumers;
    this.trainLog = trainLog;
    this.meters = meters;
    this.ready = ready;
    this.clock = clock;
    this.checkedNanos = clock.nanos();
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /**
   * Adds counted scores after their commit, or drops them if {@link #MAX_WAITING} are waiting. Any
   * thread may call it.
   */
  public void add(List<CountedSamples.CountedRange> counted) {
    if (waiting.addAndGet(counted.size()) > MAX_WAITING) {
      waiting.addAndGet(-counted.size());
      meters.onOverflow(counted.stream().mapToLong(CountedSamples.CountedRange::count).sum());
    } else {
      inbox.add(counted);
    }
  }

  /** The offset of the train log up to which it was read, exclusive. */
  public long offset() {
    return offset;
  }

  /** Counted ranges not checked yet; one per checkpoint, partition and commit. */
  public long waiting() {
    return waiting.get();
  }

  /** Seconds since the log was last read and the waiting scores were checked. */
  public long ageSeconds() {
    return TimeUnit.NANOSECONDS.toSeconds(clock.nanos() - checkedNanos);
  }

  private void run() {
    while (!isClosed()) {
      try (Consumer<byte[], byte[]> consumer = consumers.get()) {
        follow(consumer);
      } catch (RuntimeException | Error e) {
        failures++;
        onFailure(e, pause(failures));
      }
    }
  }

  private void onFailure(Throwable failure, Duration pause) {
    meters.onFailure();
    ready.unmet("the audit of scores failed, retries after %s: %s".formatted(pause, failure));
    failureLog
        .tryLog(clock.nanos())
        .ifPresent(
            unlogged ->
                log.atError()
                    .setCause(failure)
                    .addKeyValue("failures", failures)
                    .addKeyValue("pause", pause)
                    .addKeyValue("unlogged", unlogged)
                    .log("the audit of scores failed, will retry"));
    try {
      if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        log.atDebug().log("audit ended");
      }
    } catch (InterruptedException e) {
      log.atDebug().log("audit was interrupted, retrying at once");
    }
  }

  /**
   * @param failures in a row, at least 1
   */
  static Duration pause(int failures) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, 20));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  private void follow(Consumer<byte[], byte[]> consumer) {
    consumer.assign(List.of(trainLog));
    long begin = consumer.beginningOffsets(List.of(trainLog)).getOrDefault(trainLog, 0L);
    consumer.seek(trainLog, Math.max(begin, trained.next()));
    trained.beginAt(consumer.position(trainLog));
    while (!isClosed()) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (!trained.read(record.offset(), record.value())) {
          warnUnreadable(record.offset());
        }
      }
      // transaction markers have offsets, too
      trained.beginAt(consumer.position(trainLog));
      offset = trained.next();
      check();
      failures = 0;
      checkedNanos = clock.nanos();
      ready.met();
    }
  }

  private void warnUnreadable(long place) {
    unreadableLog
        .tryLog(clock.nanos())
        .ifPresent(
            unlogged ->
                log.atWarn()
                    .addKeyValue("offset", place)
                    .addKeyValue("unlogged", unlogged)
                    .log("a record of the train log is not a train batch and was not audited"));
  }

  private void check() {
    for (List<CountedSamples.CountedRange> more = inbox.poll(); more != null; more = inbox.poll()) {
      pending.addAll(more);
    }
    for (int i = pending.size(); i > 0; i--) {
      CountedSamples.CountedRange counted = pending.element();
      boolean due = counted.checkpoint().checkpoint().getTrainLogOffset() <= trained.next();
      if (due) {
        check(counted);
        waiting.decrementAndGet();
      } else {
        pending.add(counted);
      }
      pending.remove();
    }
  }

  private void check(CountedSamples.CountedRange counted) {
    long place = counted.checkpoint().checkpoint().getTrainLogOffset();
    OptionalLong highest = trained.highestTrained(counted.partition(), place, counted.first());
    if (highest.isEmpty()) {
      meters.onLogTrimmed(counted.count());
      return;
    }
    long leaked = leaked(counted, highest.getAsLong());
    if (leaked > 0) {
      meters.onLeaked(leaked);
      logLeak(counted, highest.getAsLong());
    }
  }

  private void logLeak(CountedSamples.CountedRange counted, long lastTrained) {
    leakLog
        .tryLog(clock.nanos())
        .ifPresent(
            unlogged ->
                log.atError()
                    .addKeyValue("checkpoint", counted.checkpoint().id())
                    .addKeyValue("partition", counted.partition())
                    .addKeyValue("firstScored", counted.first())
                    .addKeyValue("lastTrained", lastTrained)
                    .addKeyValue("unlogged", unlogged)
                    .log("scores counted for samples that the checkpoint was trained on"));
  }

  /**
   * How many scores leaked: all if no sample is beyond the last one trained, otherwise at least
   * one; 0 if all are beyond it.
   */
  static long leaked(CountedSamples.CountedRange counted, long highestTrained) {
    if (counted.first() > highestTrained) {
      return 0;
    }
    return counted.last() <= highestTrained ? counted.count() : 1;
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join(1_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

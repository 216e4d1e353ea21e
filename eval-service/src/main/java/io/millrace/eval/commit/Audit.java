package io.millrace.eval.commit;

import io.millrace.eval.intake.ScoringMeters;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.topics.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the scores that counted against the samples that were trained, on a thread of its own. It
 * believes no announced lineage: what a checkpoint was trained on it reads off the train log. A
 * score that counted for a sample at or below the last one trained is a leak.
 */
public final class Audit implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Audit.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private final PipelineConfig config;
  private final ScoringMeters meters;
  private final ConcurrentLinkedQueue<List<CountedSamples.CountedRange>> inbox =
      new ConcurrentLinkedQueue<>();
  private final TrainedOffsets trained = new TrainedOffsets();
  private final List<CountedSamples.CountedRange> pending = new ArrayList<>();
  private final Thread thread = new Thread(this::run, "millrace-scoring-audit");
  private volatile long offset;
  private volatile long waiting;
  private volatile boolean closing;

  public Audit(PipelineConfig config, ScoringMeters meters) {
    this.config = config;
    this.meters = meters;
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /** What counted, once it is committed; any thread may add. */
  public void add(List<CountedSamples.CountedRange> counted) {
    inbox.add(counted);
  }

  /** Up to where the train log was read, exclusive. */
  public long offset() {
    return offset;
  }

  /**
   * How much counted that the log does not tell of yet, in checkpoints times partitions and
   * commits.
   */
  public long waiting() {
    return waiting;
  }

  private void run() {
    while (!closing) {
      try (KafkaConsumer<byte[], byte[]> consumer =
          CommittedReader.open(config.kafka(), Map.of("auto.offset.reset", "earliest"))) {
        follow(consumer);
      } catch (KafkaException e) {
        log.atWarn().addKeyValue("reason", e.getMessage()).log("audit is interrupted");
      }
    }
  }

  private void follow(KafkaConsumer<byte[], byte[]> consumer) {
    TopicPartition trainLog = new TopicPartition(new TopicNames(config.pipeline()).trainLog(), 0);
    consumer.assign(List.of(trainLog));
    long begin = consumer.beginningOffsets(List.of(trainLog)).getOrDefault(trainLog, 0L);
    consumer.seek(trainLog, Math.max(begin, trained.next()));
    trained.beginAt(consumer.position(trainLog));
    while (!closing) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (!trained.read(record.offset(), record.value())) {
          log.atWarn().addKeyValue("offset", record.offset()).log("not a train batch, not audited");
        }
      }
      // transaction markers have offsets too
      trained.beginAt(consumer.position(trainLog));
      offset = trained.next();
      check();
    }
  }

  private void check() {
    for (List<CountedSamples.CountedRange> more = inbox.poll(); more != null; more = inbox.poll()) {
      pending.addAll(more);
    }
    for (Iterator<CountedSamples.CountedRange> each = pending.iterator(); each.hasNext(); ) {
      CountedSamples.CountedRange counted = each.next();
      if (counted.checkpoint().checkpoint().getTrainLogOffset() <= trained.next()) {
        check(counted);
        each.remove();
      }
    }
    waiting = pending.size();
  }

  private void check(CountedSamples.CountedRange counted) {
    long place = counted.checkpoint().checkpoint().getTrainLogOffset();
    OptionalLong highest = trained.highestTrained(counted.partition(), place, counted.first());
    if (highest.isEmpty()) {
      meters.onUnaudited(counted.count());
      return;
    }
    long leaked = leaked(counted, highest.getAsLong());
    if (leaked > 0) {
      meters.onLeaked(leaked);
      log.atError()
          .addKeyValue("checkpoint", counted.checkpoint().id())
          .addKeyValue("partition", counted.partition())
          .addKeyValue("firstScored", counted.first())
          .addKeyValue("lastTrained", highest.getAsLong())
          .log("scores counted of samples that the checkpoint was trained on");
    }
  }

  /** At least one if any, and all of them if none lies beyond the last one trained. */
  static long leaked(CountedSamples.CountedRange counted, long highestTrained) {
    if (counted.first() > highestTrained) {
      return 0;
    }
    return counted.last() <= highestTrained ? counted.count() : 1;
  }

  @Override
  public void close() {
    closing = true;
    try {
      thread.join(1_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

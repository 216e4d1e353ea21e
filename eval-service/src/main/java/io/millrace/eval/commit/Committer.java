package io.millrace.eval.commit;

import io.millrace.eval.intake.Membership;
import io.millrace.eval.intake.ScoringSettings;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.threads.ThreadOwner;
import io.millrace.schemas.topics.TopicNames;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Commits score sums and the offsets they were computed from, in one transaction, one commit at a
 * time, on a thread of its own, so that scoring continues meanwhile. All methods are called by the
 * scoring thread.
 */
public final class Committer implements AutoCloseable {
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);
  private static final Duration JOIN_WITHIN = Duration.ofSeconds(2);

  private final ThreadOwner owner = new ThreadOwner("the committer");
  private final PipelineConfig config;
  private final String topic;
  private final String transactionalId;
  private final Membership membership;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(work -> new Thread(work, "millrace-scoring-commit"));
  private volatile @Nullable Producer<byte[], byte[]> producer;
  private @Nullable Future<?> inFlight;

  public Committer(PipelineConfig config, Membership membership) {
    this.config = config;
    this.topic = new TopicNames(config.pipeline()).scoreSums();
    this.transactionalId = ScoringSettings.transactionalId(config);
    this.membership = membership;
  }

  /**
   * Aborts the open transaction of this transactional id, if there is one. Call it before the first
   * commit and after a failed one, while no commit is in flight.
   *
   * @throws KafkaException if it failed
   */
  public void open() {
    owner.claim();
    closeProducer();
    var bytes = new ByteArraySerializer();
    Producer<byte[], byte[]> opened =
        new KafkaProducer<>(ScoringSettings.producer(config, transactionalId), bytes, bytes);
    producer = opened;
    opened.initTransactions();
  }

  /**
   * Begins a commit while no other is in flight. The arguments must not change until it is done.
   *
   * @param member the owner of these partitions
   */
  public void begin(
      List<ScoreSums> sums,
      Map<TopicPartition, OffsetAndMetadata> positions,
      ConsumerGroupMetadata member) {
    owner.claim();
    inFlight = thread.submit(() -> commit(sums, positions, member));
  }

  public boolean isInFlight() {
    return inFlight != null;
  }

  /** Whether the commit in flight has ended, successfully or not. */
  public boolean isDone() {
    return inFlight != null && inFlight.isDone();
  }

  /**
   * Waits for the commit in flight, if there is one.
   *
   * @throws KafkaException if it failed, or may have failed: call {@link #open} and resume at the
   *     committed offsets
   */
  public void await() throws InterruptedException {
    owner.claim();
    Future<?> awaited = inFlight;
    inFlight = null;
    if (awaited == null) {
      return;
    }
    try {
      awaited.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("a commit failed", e.getCause());
    }
  }

  /*
   * All or nothing, on the commit thread. If the group has a new generation that this instance is about to join, the
   * partitions are still its own: then the same transaction is committed again as a member of that generation.
   */
  private void commit(
      List<ScoreSums> sums,
      Map<TopicPartition, OffsetAndMetadata> positions,
      ConsumerGroupMetadata member) {
    Producer<byte[], byte[]> open = Objects.requireNonNull(producer, "not open");
    ConsumerGroupMetadata as = member;
    while (true) {
      try {
        commit(open, sums, positions, as);
        return;
      } catch (CommitFailedException e) {
        open.abortTransaction();
        as = membership.awaitAfter(as.generationId(), JOIN_WITHIN);
        if (as == null) {
          throw e;
        }
      }
    }
  }

  private void commit(
      Producer<byte[], byte[]> open,
      List<ScoreSums> sums,
      Map<TopicPartition, OffsetAndMetadata> positions,
      ConsumerGroupMetadata member) {
    open.beginTransaction();
    for (ScoreSums each : sums) {
      // a failure surfaces in commitTransaction
      var unused =
          open.send(new ProducerRecord<>(topic, 0, ScoreSumsKey.of(each), each.toByteArray()));
    }
    open.sendOffsetsToTransaction(positions, member);
    open.commitTransaction();
  }

  @Override
  public void close() {
    closeProducer();
    thread.shutdown();
  }

  private void closeProducer() {
    Producer<byte[], byte[]> open = producer;
    producer = null;
    if (open != null) {
      open.close(CLOSE_WITHIN);
    }
  }
}
